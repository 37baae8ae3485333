package letter_test

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/letter"
)

// paidOut is a payout of three claims, of which one waits and one was paid too much before.
func paidOut(lang letter.Language, view letter.PayoutView) letter.PayoutSpecification {
	return letter.PayoutSpecification{
		Language: lang, View: view, On: day("2026-12-15"), PaysOn: day("2026-12-16"), Agency: agency, Client: client, ID: "PO-20261215", EndToEndID: "PO-20261215-1",
		IBAN: "NL20INGB0001234567", Holder: "Voorbeeld B.V.", Amount: eur("1277.66"), Kept: eur("60.00"),
		Claims: []letter.PaidClaim{
			{Reference: "2026-0117", Debtor: "A. Debiteur", Received: eur("1162.34"), Agency: eur("162.34"), Paid: eur("1000.00")},
			{Reference: "2026-0118", Debtor: "Proefbedrijf Łódź & Şahin V.O.F.", Received: eur("500.00"), Later: eur("100.00"), Paid: eur("400.00")},
			{Reference: "2026-0119", Debtor: "Ş. Eerder", Later: eur("-12.34"), Paid: eur("12.34")},
			{Paid: eur("-74.68"), Later: eur("74.68")},
		},
	}
}

func TestTheSpecificationOfAPayout(t *testing.T) {
	t.Parallel()
	for _, lang := range []letter.Language{letter.Dutch, letter.English} {
		for _, view := range letter.PayoutViews {
			t.Run(fmt.Sprint(lang, view), func(t *testing.T) {
				t.Parallel()
				p := paidOut(lang, view)
				d, err := letter.ComposePayout(p)
				if err != nil {
					t.Fatal(err)
				}
				golden(t, fmt.Sprintf("payout-%s.%s", view, lang), d)
				if again, err := letter.ComposePayout(p); err != nil || !bytes.Equal(again.PDF, d.PDF) {
					t.Errorf("the same specification is other bytes: %v", err)
				}
				onPaper(t, d.PDF, func(page *paper) {
					if text := squeezed(page.text()); !strings.Contains(text, squeezed("Proefbedrijf Łódź & Şahin V.O.F.")) {
						t.Errorf("no debtor in %s", text)
					}
				})
			})
		}
	}
}

// What is set off against invoices stands in the specification, with their numbers.
func TestASpecificationTellsWhatIsSetOff(t *testing.T) {
	t.Parallel()
	for _, lang := range letter.Languages {
		p := paidOut(lang, letter.CombinedView)
		p.Kept, p.SetOff, p.Invoices = eur("40.00"), eur("20.00"), []string{"F2026-00012", "F2026-00015"}
		d, err := letter.ComposePayout(p)
		if err != nil {
			t.Fatal(err)
		}
		golden(t, fmt.Sprintf("payout-set-off.%s", lang), d)
		p.SetOff++
		var sum *letter.PayoutSumError
		if _, err := letter.ComposePayout(p); !errors.As(err, &sum) {
			t.Errorf("%v", err)
		}
	}
}

// What was kept back before is told beside what is kept back now: together it can be more than the client was ever paid.
func TestASpecificationTellsWhatWasKeptBackBefore(t *testing.T) {
	t.Parallel()
	for _, lang := range letter.Languages {
		p := paidOut(lang, letter.CombinedView)
		p.Amount, p.Kept, p.KeptBefore = p.Amount-eur("60.00"), eur("120.00"), eur("60.00")
		d, err := letter.ComposePayout(p)
		if err != nil {
			t.Fatal(err)
		}
		golden(t, fmt.Sprintf("payout-kept-before.%s", lang), d)
	}
}

// What a client is paid of what it has to its credit stands in the specification, beside claims and alone.
func TestASpecificationTellsWhatIsPaidBack(t *testing.T) {
	t.Parallel()
	for _, lang := range letter.Languages {
		p := paidOut(lang, letter.CombinedView)
		p.Amount, p.Credit, p.Credited = p.Amount+eur("10.00"), eur("10.00"), []string{"F2026-00012"}
		d, err := letter.ComposePayout(p)
		if err != nil {
			t.Fatal(err)
		}
		golden(t, fmt.Sprintf("payout-credit.%s", lang), d)
		p.Amount, p.Kept, p.Claims = eur("10.00"), 0, nil
		if d, err = letter.ComposePayout(p); err != nil {
			t.Fatal(err)
		}
		golden(t, fmt.Sprintf("payout-credit-alone.%s", lang), d)
		p.Credit--
		var sum *letter.PayoutSumError
		if _, err := letter.ComposePayout(p); !errors.As(err, &sum) {
			t.Errorf("%v", err)
		}
	}
}

// A payout of many claims names each of them, on as many pages as they take.
func TestALongSpecification(t *testing.T) {
	t.Parallel()
	p := paidOut(letter.Dutch, letter.CombinedView)
	p.Claims, p.Kept, p.Amount, p.PaysOn = nil, 0, eur("90.00"), calendar.Date{}
	for i := range 90 {
		p.Claims = append(p.Claims, letter.PaidClaim{Reference: fmt.Sprintf("REF-%04d", i), Debtor: strings.Repeat("Lange Naam ", i%5+1), Received: eur("1.00"), Paid: eur("1.00")})
	}
	d, err := letter.ComposePayout(p)
	if err != nil {
		t.Fatal(err)
	}
	onPaper(t, d.PDF, func(page *paper) {
		text := squeezed(page.text())
		for i := range 90 {
			if !strings.Contains(text, fmt.Sprintf("REF-%04d", i)) {
				t.Errorf("claim %d is missing", i)
			}
		}
		if page.pages < 3 || !strings.Contains(text, squeezed("Wij gaan u € 90,00 betalen")) || strings.Contains(text, "Later") {
			t.Errorf("%d pages", page.pages)
		}
	})
}

func TestASpecificationThatDoesNotAddUpIsNone(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*letter.PayoutSpecification){
		"a cent more is paid":       func(p *letter.PayoutSpecification) { p.Amount++ },
		"a claim is left out":       func(p *letter.PayoutSpecification) { p.Claims = p.Claims[1:] },
		"a part of a claim is gone": func(p *letter.PayoutSpecification) { p.Claims[0].Agency-- },
	} {
		p := paidOut(letter.Dutch, letter.NetView)
		change(&p)
		var wrong *letter.PayoutSumError
		if _, err := letter.ComposePayout(p); !errors.As(err, &wrong) {
			t.Errorf("%s: %v", name, err)
		}
	}
	p := paidOut(letter.Dutch, "whole")
	if _, err := letter.ComposePayout(p); err == nil || !strings.Contains(err.Error(), `"whole" is not a view; right would be one of [combined net gross]`) {
		t.Error(err)
	}
}
