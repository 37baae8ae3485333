package main

import (
	"fmt"
	"path/filepath"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/incassocenter/dunning/activities"
	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/letter"
	"github.com/incassocenter/dunning/internal/papers"
	"github.com/incassocenter/dunning/internal/postgres"
)

const packageHelp = `Makes one PDF of the claim for whoever conducts the procedure, with a table of contents and bookmarks: claim sheet, calculation with each period of
interest, invoices, the documents of the claim that are held (claim document), every letter as it left, disputes and complaints, timeline, and the legal certificates
of the letters. It is in Dutch, and it is full of personal data: the file is readable for you only.

The client must have chosen the court (claim decide). That the package was made is recorded with its SHA-256; the same one twice is once. With --known it
is the one that was made of that day, byte for byte, whatever happened since; if none was, it has what was known at the end of that day. With --preview it
is marked on every page, needs no choice, and is not recorded.`

func packageCommand() *cobra.Command {
	var known dateFlag
	cmd := &cobra.Command{
		Use: "package ID", Short: "The package of a claim for the bailiff or the lawyer, as one PDF", Long: packageHelp, Args: cobra.ExactArgs(1),
		Example: "  dunning claim package 822e2b4e-6e1e-50e2-8c55-edb38053a024 --to bailiff --out package.pdf\n" +
			"  dunning claim package 822e2b4e-6e1e-50e2-8c55-edb38053a024 --to lawyer --known DAY --out package.pdf",
	}
	to := cmd.Flags().String("to", string(letter.Bailiff), "who conducts the procedure: bailiff or lawyer")
	out := cmd.Flags().String("out", "", "the PDF file to write (required)")
	preview := cmd.Flags().Bool("preview", false, "mark it as a preview; it is not recorded")
	cmd.Flags().Var(&known, "known", "as it was known at the end of this day (default: today)")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		order := activities.PackageOrder{To: letter.Conductor(*to), On: known.date, AsMade: cmd.Flags().Changed("known"), Preview: *preview}
		if !slices.Contains(letter.Conductors, order.To) {
			return refused("--to: %q is neither bailiff nor lawyer", *to)
		}
		if filepath.Ext(*out) != ".pdf" {
			return refused("--out: %q is no name of a PDF file; right would be like package.pdf", *out)
		}
		if err := writable("out", *out+".new"); err != nil { // before it is recorded that it was made
			return err
		}
		with := onClaim
		if order.Preview {
			with = withClaim
		}
		return with(cmd, args[0], func(store *postgres.Store, ref postgres.Ref) error {
			made, err := makePackage(cmd, store, ref, order)
			if err != nil {
				return err
			}
			return savePackage(cmd, *out, made, order)
		})
	}
	return cmd
}

func makePackage(cmd *cobra.Command, store *postgres.Store, ref postgres.Ref, order activities.PackageOrder) (activities.CourtPackage, error) {
	cfg, err := loadConfig(cmd)
	if err != nil {
		return activities.CourtPackage{}, err
	}
	shelf, err := configuredLibrary(cmd)
	if err != nil {
		return activities.CourtPackage{}, err
	}
	writer, err := newLetterWriter(cfg, shelf, nil) // a package depends on no plan
	if err != nil {
		return activities.CourtPackage{}, err
	}
	events, err := store.Timeline(cmd.Context(), ref)
	if err != nil {
		return activities.CourtPackage{}, err
	}
	last, first := newestDay(events, calendar.DateOf(time.Now())), calendar.DateOf(events[0].At)
	if !order.AsMade {
		order.On = last
	}
	if order.On.After(last) || order.On.Before(first) {
		return activities.CourtPackage{}, refused("--known: right would be a day from %s up to and including %s", first, last)
	}
	by := operator()
	made, err := activities.CourtDesk{Files: store, Writer: writer, Read: papers.Read}.Make(cmd.Context(), ref, order, by)
	return made, lawful(err)
}

func savePackage(cmd *cobra.Command, out string, made activities.CourtPackage, order activities.PackageOrder) error {
	if err := putFile(out, made.PDF); err != nil {
		return err
	}
	how := "made"
	switch {
	case order.Preview:
		how = "preview, not recorded"
	case made.Again:
		how = "the same as before"
	}
	_, err := fmt.Fprintf(cmd.OutOrStdout(), "%s for the %s, as known and owed on %s, SHA-256 %s (%s)\n", out, order.To, made.On, made.SHA256, how)
	return err
}
