package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/postgres"
)

// demoVAT is a number that passes the check, of the examples of the tax authorities.
const demoVAT = "NL000099998B57"

// demoCreditor is a SEPA creditor identifier that passes the check, of the chamber of commerce number of the agency of the demo.
const demoCreditor = "NL69ZZZ123456780000"

// invoice invoices the clients of the story on a day, and leaves the papers in a folder. Told again it finds what was made.
func (d *demo) invoice(ctx context.Context, r report, on calendar.Date) error {
	billing := postgres.Billing{On: on, TermDays: d.stack.config.Invoice.TermDays, Tables: r.rules.Tables(), Papers: billPapers(d.stack.config)}
	_, left, err := r.store.MakeBills(ctx, billing, postgres.Actor{Name: storyTeller, At: on.At(eventHour, 0)})
	if err != nil {
		return err
	}
	if len(left) > 0 {
		return fmt.Errorf("not every client is invoiced: %v", left)
	}
	list, err := r.store.Bills(ctx, "")
	if err != nil {
		return err
	}
	dir := filepath.Join(d.dir, "invoices")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	for _, b := range list {
		for form, ext := range map[string]string{postgres.PaperPDF: ".pdf", postgres.PaperUBL: ".xml"} {
			paper, err := r.store.BillPaper(ctx, b.Number, form)
			if err != nil {
				return err
			}
			if err := os.WriteFile(filepath.Join(dir, b.Number+ext), paper, 0o600); err != nil {
				return err
			}
		}
	}
	d.say("\ninvoiced to the clients, as PDF and UBL in %s", dir)
	return printBills(d.out, list)
}
