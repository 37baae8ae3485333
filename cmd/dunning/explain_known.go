package main

import (
	"fmt"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/postgres"
)

// explainKnown shows the account of a day as it was known at the end of another beside the account as true now, how what was paid by then is divided when that differs, and what came to be known since.
func explainKnown(cmd *cobra.Command, h postgres.History, on, known calendar.Date) error {
	if known.Before(h.Facts.HandedOverOn) {
		return refused("--known: the claim was handed over on %s; right would be a day from then up to and including today", h.Facts.HandedOverOn)
	}
	if err := begun(h.Facts, on); err != nil {
		return err
	}
	shelf, err := configuredLibrary(cmd)
	if err != nil {
		return err
	}
	then := h.Facts.KnownOn(h.Records, known)
	difference, err := then.DifferenceTo(h.Facts, shelf.Tables(), on)
	if err != nil {
		return lawful(err)
	}
	paid, err := then.DividedTo(h.Facts, shelf.Tables(), on)
	if err != nil {
		return lawful(err)
	}
	learnt := h.LearntAfter(known, on)
	if asJSON, _ := cmd.Flags().GetBool("json"); asJSON {
		return printJSON(cmd.OutOrStdout(), knownFields(h.Facts.ClaimID, difference, paid, known, learnt))
	}
	var b strings.Builder
	b.WriteString(differenceTable(difference, "owed at the end of "+on.String(), "as known on "+known.String(), "as true now"))
	if paid.Before != paid.After {
		fmt.Fprintf(&b, "\n%s", differenceTable(paid, "of what was paid by then", "as known on "+known.String(), "as true now"))
	}
	if len(learnt) == 0 {
		fmt.Fprintf(&b, "\nnothing that counts up to %s was recorded after %s\n", on, known)
	} else {
		fmt.Fprintf(&b, "\nrecorded after %s\n%s\n", known, learntTable(learnt, widthOf(cmd.OutOrStdout())))
	}
	_, err = fmt.Fprint(cmd.OutOrStdout(), b.String())
	return err
}

func learntTable(events []postgres.Event, width int) string {
	rows := make([]table.Row, len(events))
	for i, e := range events {
		rows[i] = table.Row{e.At.Format("2006-01-02 15:04"), e.On, e.Kind, e.Actor, detail(e) + keyOf(e)}
	}
	return fitted(width, table.Row{"recorded", "value date", "what", "by", "detail"}, rows, nil)
}

func knownFields(claimID string, d, paid claim.Difference, known calendar.Date, learnt []postgres.Event) fields {
	if learnt == nil {
		learnt = []postgres.Event{}
	}
	return append(append(fields{{"claim", claimID}, {"on", d.On}, {"known", known}}, differenceFields(d)...), field{"paid", differenceFields(paid)}, field{"because", learnt})
}

func differenceFields(d claim.Difference) fields {
	then, now, grew := fields{}, fields{}, fields{}
	for _, p := range d.Changes() {
		then, now, grew = append(then, field{p.Name, p.Before}), append(now, field{p.Name, p.After}), append(grew, field{p.Name, p.Grew()})
	}
	return fields{{"as_known", then}, {"as_true_now", now}, {"difference", grew}}
}
