package main

import (
	"strings"
	"testing"
	"time"

	"github.com/incassocenter/dunning/internal/calendar"
)

// A receipt is released from the wrong claim and allocated to the right one; another is taken back by the bank from both claims that it was divided over.
func TestReceiptReleaseAndReverseCommands(t *testing.T) {
	t.Parallel()
	o := sharedOffice(t)
	one := debtor{who: "consumer BAS", name: "Roos Voorbeeld-Drie", street: "Teruggang " + number()}
	two := one
	two.amount = "500.00"
	refs := o.handOver(t, one, two)
	first, second := refs[0].ClaimID, refs[1].ClaimID
	key, early := "cli"+number()+"-back", calendar.DateOf(time.Now()).AddDays(-3).String()
	o.says(t, "booked; it waits...", "receipts", "add", key, "20,00", "--payer", "Iemand Anders", "--on", early)
	o.says(t, "recorded\n...", "receipts", "assign", key, first)
	o.says(t, toldText(true), "receipts", "assign", key, first)
	o.refuses(t, 2, "when that is wrong: dunning receipts release "+key+" "+first, "receipts", "assign", key, second)
	release := []string{"receipts", "release", key, strings.ToUpper(first), "--reason", "of the other claim"}
	said := o.says(t, "released from claim "+first+"; allocate it with: dunning receipts assign "+key+" CLAIM\n...", release...)
	if !strings.Contains(said, "principal") {
		t.Error(said)
	}
	o.says(t, key+"...", "receipts", "queue")
	o.says(t, "key "+key+", of the other claim, receipt "+key+" waits again...", "claim", "show", first)
	o.says(t, "recorded\n...", "receipts", "assign", key, second)
	o.says(t, toldText(true), release...)
	o.says(t, "released from claim...", "receipts", "release", key, second, "--reason", "no, of both")
	o.says(t, key+" 20.00: divided...", "receipts", "divide", key, first, second, "--for", first)
	o.refuses(t, 2, "a division stands", "receipts", "release", key, first, "--reason", "x")
	o.refuses(t, 2, "right would be: dunning receipts reverse "+key, "claim", "reverse", first, key+"#1", "--reason", "storno")
	reverse := []string{"receipts", "reverse", key, "--reason", "storno by the bank"}
	o.says(t, "reversed on claim "+first+"\n...", reverse...)
	o.says(t, toldText(true), reverse...)
	for why, args := range map[string][]string{
		"--reason: a receipt is released for a reason":             {"receipts", "release", key, first},
		"--reason: a receipt is taken back for a reason":           {"receipts", "reverse", key},
		"--entry: is empty; right would be the key of a line":      {"receipts", "reverse", key, "--reason", "x", "--entry", " "},
		"entry none: not found":                                    {"receipts", "reverse", key, "--reason", "x", "--entry", "none"},
		"--charge: right would be the line of the statement":       {"receipts", "reverse", key, "--reason", "x", "--charge", "2,50", "--by", "x"},
		"--by: is empty; right would be your own name":             {"receipts", "reverse", key, "--reason", "x", "--entry", "none", "--charge", "2,50"},
		"--by: right would be with --charge only":                  {"receipts", "reverse", key, "--reason", "x", "--entry", "none", "--by", "x"},
		"--charge: 0.00 is not more than 0.00":                     {"receipts", "reverse", key, "--reason", "x", "--entry", "none", "--charge", "0", "--by", "x"},
		"--reason: is empty; right would be how it is known":       {"payout", "book", "k", "1", "--line", "PO-1-1", "--returned", "AC04", "--charge", "2,50", "--by", "x"},
		"receipt none does not wait":                               {"receipts", "top-up", "none"},
		"--by: is empty":                                           {"receipts", "loss", key, "--reason", "x"},
		"--reason: is empty; right would be why the agency":        {"receipts", "loss", key, "--by", "x"},
		"no refund of receipt " + key + " was approved":            {"receipts", "loss", key, "--by", "x", "--reason", "x"},
		"receipt none is not allocated to claim " + first:          {"receipts", "release", "none", first, "--reason", "x"},
		"receipt none is not there, or waits to be allocated":      {"receipts", "reverse", "none", "--reason", "x"},
		"KEY: has 101 characters; right would be at most 100":      {"receipts", "add", strings.Repeat("k", 101), "1"},
		"--key: has 101 characters; right would be at most 100":    {"claim", "repair", first, "retry", "--reason", "x", "--key", strings.Repeat("k", 101)},
		`--key: is "a\nb", with characters that cannot be printed`: {"claim", "remark", first, "x", "--key", "a\nb"},
		"--reason: a cost is taken back for a reason":              {"claim", "reverse-information", first, "k"},
		"the claim has no information cost k, nor any other":       {"claim", "reverse-information", first, "k", "--reason", "x"},
		"right would be: dunning receipts release KEY CLAIM":       {"receipts", "release", key},
	} {
		o.refuses(t, 2, why, args...)
	}
	for _, command := range []string{"release", "reverse", "loss"} {
		o.says(t, "--reason \"...", "receipts", command, "--help")
	}
	own := key + "-own"
	o.says(t, "booked; it waits...", "receipts", "add", own, "20,00", "--iban", "NL69INGB0123456789", "--payer", "Incassocenter Voorbeeld")
	o.refuses(t, 2, "no statement brought receipt "+own+": a person typed it", "receipts", "top-up", own)
}

func TestReverseInformationCommand(t *testing.T) {
	t.Parallel()
	o := sharedOffice(t)
	id := o.handOver(t, debtor{who: "company BAS", amount: "1000.00"})[0].ClaimID
	o.says(t, "recorded", "claim", "information", id, "7,50", "extract", "--key", "k1")
	o.says(t, "amount 7.50, what extract, key k1...", "claim", "show", id)
	back := []string{"claim", "reverse-information", id, "k1", "--reason", "of another company"}
	if said := o.says(t, saidRecorded+"\n...", back...); !strings.Contains(said, "-7.50") {
		t.Error(said)
	}
	o.says(t, saidKnown, back...)
	o.says(t, "information cost of 7.50, key k1, of another company...", "claim", "show", id)
	o.refuses(t, 2, "was taken back; use another key", "claim", "information", id, "7,50", "extract", "--key", "k1")
	o.says(t, "--reason \"...", "claim", "reverse-information", "--help")
}
