package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/postgres"
)

func TestCourtCommands(t *testing.T) {
	t.Parallel()
	o := sharedOffice(t)
	ref := o.handOver(t, debtor{who: "company PRE"})[0]
	o.started(t, ref)
	id, today := ref.ClaimID, calendar.DateOf(time.Now())
	out := filepath.Join(t.TempDir(), "package.pdf")
	o.refuses(t, 2, "the client had not chosen the court: there is nothing to hand over; right would be --preview", "claim", "package", id, "--out", out)
	o.says(t, "(preview, not recorded)...", "claim", "package", id, "--out", out, "--preview")
	o.refuses(t, 2, "--out: ", "claim", "package", id, "--out", "nowhere/package.pdf")
	o.refuses(t, 2, "no cure, no pay holds", "claim", "court-work", id, "legal-work", "--reason", "x")
	o.refuses(t, 2, "the claim is open: the client has not chosen the court", "claim", "court", id, "served", "--on", today.String())
	o.refuses(t, 2, `"appealed" is not one of [served judgment settled withdrawn lost]`, "claim", "court", id, "appealed")
	o.refuses(t, 2, "--on: is needed: the day on which it was served", "claim", "court", id, "served")
	o.refuses(t, 2, "--awarded: has 3 amounts; right would be four: principal,interest,costs,court-costs", "claim", "court", id, "judgment", "--on", today.String(), "--awarded", "1,2,3")
	o.refuses(t, 2, "--awarded: amount", "claim", "court", id, "judgment", "--on", today.String(), "--awarded", "1,2,3,x")

	by := postgres.Actor{Name: "client", At: time.Now()}
	if _, err := o.store.RecordDecision(t.Context(), ref, claim.ChooseCourt, by, func(claim.Facts) (bool, error) { return true, nil }); err != nil {
		t.Fatal(err)
	}
	if _, err := o.store.CloseClaim(t.Context(), ref, claim.StatusCourt, "the client chose the court", by, func(claim.Facts) (bool, error) { return true, nil }); err != nil {
		t.Fatal(err)
	}
	o.refuses(t, 2, "bailiff-demand is not offered to plan premium", "claim", "court-work", id, "bailiff-demand", "--reason", "x")
	bare := []string{"claim", "court-work", id, "legal-work", "--times", "2", "--reason", "by telephone"}
	o.refuses(t, 2, "--key: is missing; right would be a name of this order, the same one when it is told again, as that which is shown with the price", append(bare, "--confirm", "399.30")...)
	proposed := o.says(t, "legal-work: 2 x 165.00 = 330.00 + 69.30 VAT = 399.30...", bare...)
	named := "legal-work-" + today.String()
	if !strings.Contains(proposed, `--times 2 --reason "by telephone" --key "`+named+`" --confirm 399.30`) {
		t.Error(proposed)
	}
	order := append(slices.Clone(bare), "--key", named)
	o.says(t, "legal-work: 2 x 165.00 = 330.00 + 69.30 VAT = 399.30...", order...)
	o.refuses(t, 2, "330.00 was confirmed, but the price is 399.30", append(order, "--confirm", "330.00")...)
	o.says(t, "recorded; the client is billed 399.30", append(order, "--confirm", "399.30")...)
	o.says(t, "told before with key "+named+"; nothing changed (another one that is equal needs a --key of its own); the client is billed 399.30", append(order, "--confirm", "399.30")...)
	o.refuses(t, 2, "330.00 was confirmed, but the price is 399.30", append(order, "--confirm", "330.00")...)
	if again := o.says(t, "ordered before: "+named+"\n...", bare...); !strings.Contains(again, `--key "`+named+`-2" --confirm 399.30`) {
		t.Error(again)
	}
	o.says(t, "recorded; the client is billed 399.30", append(slices.Clone(bare), "--key", named+"-2", "--confirm", "399.30")...)
	if billed, err := o.store.Billables(t.Context(), ref); err != nil || len(billed) != 2 {
		t.Errorf("%+v, %v", billed, err)
	}
	o.says(t, "recorded", "claim", "reverse-charge", id, "legal-work:"+id+":"+named+"-2", "--reason", "told twice")
	o.refuses(t, 2, "was taken back on "+today.String()+"; use another key for something new", append(slices.Clone(bare), "--key", named+"-2", "--confirm", "399.30")...)
	o.refuses(t, 2, "--times: 0; right would be 1 to 1000", "claim", "court-work", id, "draft-summons", "--times", "0")
	said := o.says(t, out+" for the bailiff, as known and owed on "+today.String()+", SHA-256 ...", "claim", "package", id, "--out", out)
	first, err := os.ReadFile(out)
	if info, statErr := os.Stat(out); err != nil || statErr != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v: the file is of whoever made it only", err, statErr)
	}
	if !strings.Contains(said, "(made)") {
		t.Error(said)
	}
	o.says(t, "(the same as before)...", "claim", "package", id, "--out", out)

	o.says(t, "before the court: nothing recorded yet (dunning claim court)...", "claim", "show", id)
	o.says(t, "recorded", "claim", "court", id, "served", "--on", today.String(), "--reference", "27-001")
	o.says(t, saidKnown, "claim", "court", id, "served", "--on", today.String(), "--reference", "27-001")
	o.refuses(t, 2, "court:served was recorded before with other particulars", "claim", "court", id, "served", "--on", today.String(), "--reference", "27-002")
	o.refuses(t, 2, "is no day for it; right would be one from "+today.String(), "claim", "court", id, "judgment", "--on", today.AddDays(1).String(), "--awarded", "1000.00,0,0,475.57")
	o.says(t, "recorded", "claim", "court", id, "judgment", "--on", today.String(), "--awarded", "1000.00,0.00,0.00,475.57")
	o.says(t, "before the court: judgment on "+today.String()+"; awarded on "+today.String()+": principal 1000.00, interest 0.00, collection costs 0.00, court costs 475.57...", "claim", "show", id)
	o.says(t, "awarded by the judgment...", "explain", id)
	o.says(t, "(the same as before)...", "claim", "package", id, "--out", out, "--known", today.String())
	if again, err := os.ReadFile(out); err != nil || string(again) != string(first) {
		t.Errorf("the package of the day is not the one that was made: %v", err)
	}
	o.refuses(t, 2, "--known: right would be a day from "+today.String(), "claim", "package", id, "--out", out, "--known", today.AddDays(-1).String())
}
