package main

import (
	"context"
	"fmt"
	"math/big"
	"runtime"
	"time"

	"github.com/incassocenter/dunning/config"
	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/law"
	"github.com/incassocenter/dunning/internal/letter"
	"github.com/incassocenter/dunning/internal/money"
)

// What is measured here needs no services: values in, values out.

// tenYears is a business claim of ten years with five payments, the one with the most rates: they change twice a year.
var tenYears = claim.Facts{
	Debtor:   claim.DebtorKind{InBusiness: true},
	Invoices: []claim.Invoice{{Number: "F2016-1", Issued: calendar.MustParseDate("2016-02-01"), Due: calendar.MustParseDate("2016-03-02"), Amount: money.MustParse("12500.00")}},
	Settlements: []claim.Settlement{
		{Key: "1", Kind: claim.PaidToAgency, On: calendar.MustParseDate("2017-05-20"), Amount: money.MustParse("2500.00")},
		{Key: "2", Kind: claim.PaidToAgency, On: calendar.MustParseDate("2018-11-03"), Amount: money.MustParse("1000.01")},
		{Key: "3", Kind: claim.PaidToClient, On: calendar.MustParseDate("2021-01-29"), Amount: money.MustParse("750.50")},
		{Key: "4", Kind: claim.PaidToAgency, On: calendar.MustParseDate("2023-08-14"), Amount: money.MustParse("1999.99")},
		{Key: "5", Kind: claim.PaidToAgency, On: calendar.MustParseDate("2025-12-01"), Amount: money.MustParse("100.00")},
	},
}

var tenYearsOn = calendar.MustParseDate("2026-03-02")

// measureInterest lets interest run over the ten years, each payment paying interest first (art. 6:44 BW).
func (b *bench) measureInterest(context.Context) error {
	rules, err := library(config.Law{})
	if err != nil {
		return err
	}
	return b.timed("interest", time.Microsecond, b.of(5000), func(int) error {
		_, err := interestWithPayments(rules.Tables().Commercial)
		return err
	})
}

// timed does something n times and tells what once took: by the clock, and of the processors, which other programs on the machine disturb less.
func (b *bench) timed(name string, unit time.Duration, n int, once func(i int) error) error {
	began, cpu := time.Now(), ownCPU()
	for i := range n {
		if err := once(i); err != nil {
			return err
		}
	}
	took, used := time.Since(began), ownCPU()-cpu
	said := map[time.Duration]string{time.Microsecond: "us", time.Millisecond: "ms"}[unit]
	b.figure(name, took.Seconds()/unit.Seconds()/float64(n), said)
	b.figure(name+"_cpu", used.Seconds()/unit.Seconds()/float64(n), said)
	return nil
}

func interestWithPayments(table law.InterestTable) (*big.Rat, error) {
	invoice := tenYears.Invoices[0]
	accrual := table.Accrue(invoice.Amount, invoice.Due)
	for _, s := range tenYears.Settlements {
		if err := accrual.Advance(s.On); err != nil {
			return nil, err
		}
		interest := money.Min(s.Amount, money.FromRat(accrual.Owed()))
		accrual.PayInterest(interest.Rat())
		accrual.PayPrincipal(s.Amount - interest)
	}
	return accrual.Owed(), accrual.Advance(tenYearsOn)
}

// measureExplain tells every cent of the ten years.
func (b *bench) measureExplain(context.Context) error {
	rules, err := library(config.Law{})
	if err != nil {
		return err
	}
	return b.timed("explain", time.Millisecond, b.of(1000), func(int) error {
		_, _, err := tenYears.Explain(rules.Tables(), tenYearsOn)
		return err
	})
}

// measureCertificate writes letters and looks in each for what the law asks.
func (b *bench) measureCertificate(context.Context) error {
	letters, err := benchLetters(b.of(500), letter.Summons)
	if err != nil {
		return err
	}
	circumstances := letter.Circumstances{
		At: letters[0].On.At(10, 0), RegisteredUntil: letters[0].On, Enforceable: letters[0].On, NoticeEnded: true, LawfulCosts: letters[0].Demand.Costs,
	}
	return b.timed("certificate", time.Millisecond, len(letters), func(i int) error {
		l := letters[i]
		d, err := letter.Compose(l)
		if err != nil {
			return err
		}
		if failed := l.Certify(d, circumstances).Failed(); len(failed) > 0 {
			return fmt.Errorf("certify: %v", failed)
		}
		return nil
	})
}

// measureBatch writes letters and puts them into one PDF, on one processor.
func (b *bench) measureBatch(context.Context) error {
	letters, err := benchLetters(b.of(1000), letter.Reminder, letter.StickerReminder, letter.Summons, letter.FinalSummons)
	if err != nil {
		return err
	}
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	began, cpu := time.Now(), ownCPU()
	pdfs := make([][]byte, len(letters))
	for i, l := range letters {
		d, err := letter.Compose(l)
		if err != nil {
			return err
		}
		pdfs[i] = d.PDF
	}
	written := time.Now()
	batch := letter.NewBatch()
	for _, pdf := range pdfs {
		if _, err := batch.Add(pdf); err != nil {
			return err
		}
	}
	file := batch.PDF("bench", letters[0].On)
	b.figure("batch_letters", float64(len(letters)), "letters")
	b.figure("batch", time.Since(began).Seconds(), "s")
	b.figure("batch_cpu", (ownCPU() - cpu).Seconds(), "s")
	b.figure("batch_joining", time.Since(written).Seconds(), "s")
	b.figure("batch_size", float64(len(file)), "bytes")
	return nil
}

// benchLetters are letters of some kinds by turns, each to another debtor. The client has a brand, which its own letters show.
func benchLetters(n int, kinds ...letter.Kind) ([]letter.Letter, error) {
	logo, err := config.Data.ReadFile("samples/voorbeeld-energie.png")
	if err != nil {
		return nil, err
	}
	on := calendar.MustParseDate("2026-11-23")
	client := benchClient.Party
	letters := make([]letter.Letter, n)
	for i := range letters {
		letters[i] = letter.Letter{
			Kind: kinds[i%len(kinds)], Language: letter.Dutch, On: on, PayBy: on.AddDays(14), Consumer: true, Brand: letter.Brand{Colour: "#0b6b5d", Logo: logo},
			Agency: letter.Party{Name: "Voorbeeld Incasso", Street: "Proefstraat 1", Postcode: "1234 AB", Town: "Voorbeeldstad", Email: "info@voorbeeld-incasso.example",
				Phone: "012 345 67 89", Website: "voorbeeld-incasso.example", KvK: "00000001", VAT: "NL000000000B00", Registration: "WKI-0000-TEST"},
			Client: letter.Party{Name: client.Name, Street: client.Street, Postcode: client.Postcode, Town: client.Town, Email: client.Email, Phone: client.Phone,
				Website: client.Website, KvK: client.KvK, VAT: client.VAT},
			Debtor:    letter.Party{Name: fmt.Sprintf("Bench Voorbeeld-%d", i), Street: fmt.Sprintf("Voorbeeldstraat %d", i+1), Postcode: fmt.Sprintf("%d AB", 1000+i%9000), Town: "Proefdorp"},
			TrustName: "Stichting Derdengelden Voorbeeld", TrustIBAN: "NL91ABNA0417164300", FileReference: fmt.Sprintf("bench-%d", i), RF: "RF18539007547034", Kenmerk: "5000056789012345",
			Demand: benchDemand(kinds[i%len(kinds)], i),
		}
	}
	return letters, nil
}

func benchDemand(kind letter.Kind, i int) letter.Demand {
	issued := calendar.MustParseDate("2026-10-01")
	d := letter.Demand{Obligation: "overeenkomst, zie de factuur hieronder", Principal: money.MustParse("1000.00")}
	d.Invoices = []letter.Invoice{{Number: fmt.Sprintf("F%d", i), IssuedOn: issued, DueOn: issued.AddDays(30), Amount: d.Principal}}
	if kind != letter.Reminder && kind != letter.StickerReminder {
		d.Costs, d.CostsOver, d.Interest, d.InterestKind, d.InterestStatedUpTo = money.MustParse("150.00"), d.Principal, money.MustParse("2.52"), letter.StatutoryInterest, issued.AddDays(53)
		d.InterestLines = []letter.InterestLine{{From: issued.AddDays(31), To: issued.AddDays(53), Days: 23, Percent: "4", Base: d.Principal, Interest: d.Interest}}
	}
	d.Total = d.Principal + d.Interest + d.Costs
	return d
}
