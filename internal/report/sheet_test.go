package report_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"github.com/incassocenter/dunning/internal/ledger"
	"github.com/incassocenter/dunning/internal/report"
)

// sample is a report with something in every part. A reference and a debtor look like formulas.
func sample() report.Report {
	b := report.Books{
		Claims: told("A-1 handed over 2026-02-01 due 2025-11-01 of 1234.56 summons", "=1+1 handed over 2026-02-02 due 2025-12-01 of 50.00 ended-paid", "R handed over 2026-02-03 due 2025-12-01 of 7.00 refused"),
		Moves: moved("A-1 2026-02-28 paid-to-agency 400.00+5.00+40.10", "A-1 2026-03-01 credit-note 10.00+0.00+2.00", "=1+1 2026-03-10 paid-to-client 50.00+0.00+0.00", "A-1 2026-03-12 divided-anew 3.00+0.00+-3.00",
			"A-1 2026-03-13 worth 1.00+0.00+0.00", "A-1 2026-03-14 write-off 0.56+0.00+0.00"),
		Trust: []report.TrustMove{{Kind: ledger.Settled, On: day("2026-02-28"), Amount: eur("400.00")}, {Kind: ledger.PayoutSubmitted, On: day("2026-03-01"), Amount: eur("-300.00")}, {Kind: ledger.Clawback, On: day("2026-03-02"), Amount: eur("1.00")}},
		Bills: []report.Bill{{On: day("2026-03-01"), Net: 10000, VAT: 2100, Total: 12100}},
	}
	b.Claims[0].Debtor, b.Claims[1].Debtor, b.Claims[2].Debtor = "@Voorbeeld; B.V.", "Ş. Łódź", "-2+3"
	b.Moves[0].Client, b.Moves[0].Agency, b.Moves[0].Surplus = eur("400.00"), eur("45.10"), eur("1.00")
	return report.Of(b, period("2026-01-01", "2026-04-30"), day("2026-04-30"))
}

func TestTheListAsCSV(t *testing.T) {
	t.Parallel()
	for lang, want := range map[string][]string{
		"nl": {
			"Uw kenmerk;Debiteur;Overgedragen op;Oudste vervaldag;Stand;Hoofdsom;Hoofdsom voldaan;Rente;Kosten;Gecrediteerd of kwijtgescholden;Voor u ontvangen;Niet voldaan;Niets meer open sinds",
			"'=1+1;Ş. Łódź;2026-02-02;2025-12-01;Klaar: betaald;50,00;50,00;0,00;0,00;0,00;0,00;0,00;2026-03-10",
			`A-1;"'@Voorbeeld; B.V.";2026-02-01;2025-11-01;Sommatie;1234,56;404,00;5,00;37,10;12,56;400,00;820,00;`,
			"R;'-2+3;2026-02-03;2025-12-01;Niet geaccepteerd;7,00;0,00;0,00;0,00;0,00;0,00;7,00;",
		},
		"en": {
			"Your reference,Debtor,Handed over on,Oldest due date,Stand,Principal,Principal recovered,Interest,Costs,Credited or let go,Received for you,Not settled,Nothing open since",
			"'=1+1,Ş. Łódź,2026-02-02,2025-12-01,Ended: paid,50.00,50.00,0.00,0.00,0.00,0.00,0.00,2026-03-10",
			"A-1,'@Voorbeeld; B.V.,2026-02-01,2025-11-01,Summons,1234.56,404.00,5.00,37.10,12.56,400.00,820.00,",
			"R,'-2+3,2026-02-03,2025-12-01,Not accepted,7.00,0.00,0.00,0.00,0.00,0.00,7.00,",
		},
	} {
		got, err := sample().CSV(lang)
		if err != nil {
			t.Fatal(err)
		}
		is(t, lang, string(got), "\ufeff"+strings.Join(want, "\n")+"\n")
	}
}

func TestWhatCouldBeAFormulaIsText(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{"": "", "=1": "'=1", "+1": "'+1", "-1": "'-1", "@a": "'@a", "\t=1": "'\t=1", "\r=1": "'\r=1", "a=1": "a=1", "Ş": "Ş"} {
		is(t, text, report.Inert(text), want)
	}
}

// A workbook has amounts and days that can be computed with, texts that are none, and the names of debtors on the sheet of claims alone.
func TestTheReportAsAWorkbook(t *testing.T) {
	t.Parallel()
	for lang, sheets := range map[string][]string{"nl": {"Overzicht", "Vorderingen"}, "en": {"Overview", "Claims"}} {
		content, err := sample().Workbook(lang)
		if err != nil {
			t.Fatal(err)
		}
		if again, err := sample().Workbook(lang); err != nil || !bytes.Equal(again, content) {
			t.Errorf("the same report is other bytes: %v", err)
		}
		f, err := excelize.OpenReader(bytes.NewReader(content))
		if err != nil {
			t.Fatal(err)
		}
		is(t, "sheets", f.GetSheetList(), sheets)
		cell := func(at string, kind excelize.CellType, raw string) {
			t.Helper()
			got, err := f.GetCellValue(sheets[1], at, excelize.Options{RawCellValue: true})
			is, typeErr := f.GetCellType(sheets[1], at)
			if got != raw || is != kind || err != nil || typeErr != nil {
				t.Errorf("%s is %q of type %d, %v, %v; want %q of %d", at, got, is, err, typeErr, raw, kind)
			}
		}
		cell("A2", excelize.CellTypeSharedString, "=1+1")
		cell("B3", excelize.CellTypeSharedString, "@Voorbeeld; B.V.")
		cell("F3", excelize.CellTypeUnset, "1234.56") // a number
		cell("C3", excelize.CellTypeUnset, "46054")   // 2026-02-01
		cell("M3", excelize.CellTypeUnset, "")
		seen, err := f.GetCellValue(sheets[1], "C3")
		if want := map[string]string{"nl": "01-02-2026", "en": "2026-02-01"}[lang]; seen != want || err != nil {
			t.Errorf("a day is seen as %q, %v", seen, err)
		}
		rows, err := f.GetRows(sheets[0])
		if err != nil {
			t.Fatal(err)
		}
		words := strings.Join(slices.Concat(rows...), "|")
		for _, name := range []string{"Voorbeeld", "Łódź", "A-1"} {
			if strings.Contains(words, name) {
				t.Errorf("the overview names %s", name)
			}
		}
		for _, s := range sample().Sections(lang) {
			if !strings.Contains(words, s.Title+"|"+s.Note+"|"+strings.Join(s.Head, "|")) {
				t.Errorf("no %s in %s", s.Title, words)
			}
		}
	}
}

// What is taken back can be more than what came in: a rate of less than nothing is a number too.
func TestANegativeRateInAWorkbook(t *testing.T) {
	t.Parallel()
	b := report.Books{Claims: told("A handed over 2026-03-01 due 2026-01-31 of 1000.00 summons"), Moves: moved("A 2026-04-25 paid-to-agency -199.00+0.00+0.00")}
	content, err := report.Of(b, year, year.To).Workbook("nl")
	if err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(bytes.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	rows, err := f.GetRows("Overzicht", excelize.Options{RawCellValue: true})
	if err != nil || !slices.ContainsFunc(rows, func(row []string) bool { return slices.Equal(row, []string{"Incassopercentage", "-0.199"}) }) {
		t.Errorf("%v, %v", rows, err)
	}
}

// Every part in words: what there is nothing of is left out.
func TestThePartsOfAReport(t *testing.T) {
	t.Parallel()
	var got []string
	for _, s := range sample().Sections("nl") {
		for _, row := range s.Rows {
			got = append(got, strings.Trim(fmt.Sprint(row), "[]"))
		}
	}
	is(t, report.Title("nl", sample().Period), strings.Join(got, "\n"), `Overgedragen 2 1284.56
Niet geaccepteerd bij de intake 1 
Sommatie 1 1234.56 820.00
Klaar: betaald 1 50.00 0.00
Samen 2 1284.56 820.00
Betaald aan ons 400.00 5.00 40.10 445.10
Betaald aan u 50.00 0.00 0.00 50.00
Verrekend of in goederen 1.00 0.00 0.00 1.00
Later of opnieuw verdeeld 3.00 0.00 -3.00 0.00
Opbrengst 454.00 5.00 37.10 496.10
Creditnota 10.00 0.00 2.00 12.00
Kwijtgescholden 0.56 0.00 0.00 0.56
Voor u 400.00
Voor ons 45.10
Te veel betaald, terug naar debiteuren 1.00
Ontvangen 446.10
Stond er aan het begin 0.00
Voor u ontvangen 400.00
Uitbetaald -300.00
Verrekend met facturen 0.00
Rechtgezet 1.00
Staat er nog voor u 101.00
1 0 100.00 21.00 121.00
Hoofdsom overgedragen, zonder creditnota’s 1274.56
Hoofdsom voldaan 454.00
Incassopercentage 35.6%
Dagen tot betaling (mediaan, aantal vorderingen: 1) 36
0 tot en met 30 0 0.00
31 tot en met 90 0 0.00
91 tot en met 180 1 820.00
181 tot en met 365 0 0.00
366 of meer 0 0.00
Samen 1 820.00
2026-01 0.00 0.00
2026-02 1284.56 400.00
2026-03 0.00 54.00
2026-04 0.00 0.00
Samen 1284.56 454.00`)
	for _, s := range report.Of(report.Books{}, year, year.To).Sections("fr") {
		for _, row := range s.Rows {
			if strings.Contains(fmt.Sprint(row), "%!") {
				t.Errorf("%s: %v", s.Title, row)
			}
		}
	}
}
