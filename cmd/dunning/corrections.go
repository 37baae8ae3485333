package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/trajectory"
)

// correctionsCommand reports the letters that should not have been sent, or not so.
func correctionsCommand() *cobra.Command {
	var since dateFlag
	cmd := &cobra.Command{
		Use: "corrections [CLAIM]", Short: "Letters that were wrong, as came to be known later, and what was done about each", Args: cobra.MaximumNArgs(1),
		Long: `Lists, of one claim or of all, the letters to debtors that left and should not have, or asked more than was owed on their day by more than 1.00, as is
known now: a payment or a credit note of an earlier day, a corrected value date, a 14-day letter that came back, a hold or a stop that had begun.
What was paid on the day of a letter crossed it and makes no fault; a payment that is taken back makes the letter right again.
It also tells what the debtor was told of it, by letter or by hand (claim done correct-letter:STEP), and when: whoever has to tell it
again tells what has come to be known since. Costs that were paid and prove not to be due pay the rest of the claim, or are paid back.
Of one claim that is promised, or paid in instalments, it says what whoever tells the debtor today tells that is enough, or left.`,
		Example: "  dunning claim corrections\n  dunning claim corrections --since 2026-10-01 --json\n  dunning claim corrections 822e2b4e-6e1e-50e2-8c55-edb38053a024",
	}
	cmd.Flags().Bool("json", false, "print one JSON object a letter, a line each; no line when none was wrong")
	cmd.Flags().Var(&since, "since", "only what came to be known on this day or later")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		return withStore(cmd, func(store *postgres.Store) error {
			wrongs, err := wrongLetters(cmd, store, args, since.date)
			if err != nil {
				return err
			}
			told, err := toBeTold(cmd, store, args)
			if err != nil {
				return err
			}
			if asJSON, _ := cmd.Flags().GetBool("json"); asJSON {
				return printWrongs(cmd.OutOrStdout(), wrongs, told)
			}
			if len(wrongs) == 0 {
				_, err = fmt.Fprintln(cmd.OutOrStdout(), "no letter was wrong")
				return err
			}
			said := ""
			if told.Of != "" {
				said = fmt.Sprintf("%s: who tells the debtor today tells that %s is to be paid of it\n", told.Of, told.Asked)
			}
			_, err = fmt.Fprintf(cmd.OutOrStdout(), "%s\n%s", wrongTable(wrongs, widthOf(cmd.OutOrStdout())), said)
			return err
		})
	}
	return cmd
}

// wrongLetter is a letter that was wrong, of a claim.
type wrongLetter struct {
	claimID string
	postgres.Wrong
}

func wrongLetters(cmd *cobra.Command, store *postgres.Store, args []string, since calendar.Date) ([]wrongLetter, error) {
	shelf, err := configuredLibrary(cmd)
	if err != nil {
		return nil, err
	}
	refs, err := asked(cmd.Context(), store, args, since)
	if err != nil {
		return nil, err
	}
	var wrongs []wrongLetter
	for _, ref := range refs {
		h, err := store.History(cmd.Context(), ref)
		if err != nil {
			return nil, err
		}
		found, err := h.Wrongs(shelf.Rules, newestDay(h.Events, calendar.DateOf(time.Now())))
		if err != nil {
			return nil, fmt.Errorf("claim %s: %w", ref.ClaimID, err)
		}
		for _, w := range found {
			if !w.Learnt.Before(since) {
				wrongs = append(wrongs, wrongLetter{ref.ClaimID, w})
			}
		}
	}
	slices.SortStableFunc(wrongs, func(a, b wrongLetter) int { return a.Letter.On.Compare(b.Letter.On) })
	return wrongs, nil
}

// toBeTold is what whoever tells the debtor of the one claim that is named, today, tells of its promise or payment arrangement; the zero value without one.
func toBeTold(cmd *cobra.Command, store *postgres.Store, args []string) (told claim.Telling, err error) {
	if len(args) == 0 {
		return told, nil
	}
	shelf, err := configuredLibrary(cmd)
	if err != nil {
		return told, err
	}
	ref, err := claimNamed(cmd.Context(), store, args[0])
	if err != nil {
		return told, err
	}
	file, err := store.CaseFile(cmd.Context(), ref)
	if err != nil {
		return told, err
	}
	rules, err := shelf.Rules(file.Facts)
	if err != nil {
		return told, err
	}
	return trajectory.TellingOn(file.Facts, rules.Tables, calendar.DateOf(operator().At))
}

// asked is the one claim that is named, or those of all clients in which a letter can have been wrong.
func asked(ctx context.Context, store *postgres.Store, args []string, since calendar.Date) ([]postgres.Ref, error) {
	if len(args) == 0 {
		return store.LearntLate(ctx, since)
	}
	ref, err := claimNamed(ctx, store, args[0])
	return []postgres.Ref{ref}, err
}

func wrongTable(wrongs []wrongLetter, width int) string {
	rows := make([]table.Row, len(wrongs))
	var over money.Amount
	for i, w := range wrongs {
		over += w.Over()
		rows[i] = table.Row{w.claimID[:8], w.Letter.On, w.Letter.Step, w.Letter.Demanded, w.Owed.Total(), w.Over(), whyWrong(w), w.Done}
	}
	return fitted(width, table.Row{"claim", "left on", "letter", "asked", "owed", "too much", "why", "done"}, rows, table.Row{fmt.Sprint(len(wrongs)), "", "", "", "", over, "", ""})
}

// whyWrong tells all that came to be known of a letter, the weightiest first; when it is more than one thing, also when each was known: what was told before is not what is new.
func whyWrong(w wrongLetter) string {
	if len(w.Also) == 0 {
		return w.Why()
	}
	why := []string{fmt.Sprintf("%s (known on %s)", w.Why(), w.Learnt)}
	for _, r := range w.Also {
		why = append(why, fmt.Sprintf("%s (known on %s)", r.Why, r.Known))
	}
	return strings.Join(why, "; ")
}

// printWrongs prints a line a letter. To tell is what whoever tells the debtor today tells of a promise or a payment arrangement; null without one, and of several claims.
func printWrongs(w io.Writer, wrongs []wrongLetter, told claim.Telling) error {
	lines := json.NewEncoder(w)
	var tell *fields
	if told.Of != "" {
		tell = &fields{{"of", told.Of}, {"asks", told.Asked}}
	}
	for _, x := range wrongs {
		f := fields{
			{"claim", x.claimID}, {"step", x.Letter.Step}, {"cycle", x.Letter.Cycle}, {"letter", x.Letter.Kind}, {"channel", x.Letter.Channel}, {"left_on", x.Letter.On}, {"known_on", x.Learnt},
			{"asked", x.Letter.Demanded}, {"owed", x.Owed.Total()}, {"too_much", x.Over()}, {"parts", partsOver(x)},
			{"cause", x.Cause}, {"why", x.Why()}, {"besides", listOf(x.Also)}, {"told", listOf(x.Told)}, {"done", x.Done}, {"to_tell", tell},
		}
		if err := lines.Encode(f); err != nil {
			return err
		}
	}
	return nil
}

// partsOver is what was asked more than was owed, in parts; null when the file does not tell what was asked in parts.
func partsOver(x wrongLetter) *claim.Balance {
	if x.Asked == nil {
		return nil
	}
	return &claim.Balance{Costs: x.Asked.Costs - x.Owed.Costs, Interest: x.Asked.Interest - x.Owed.Interest, Principal: x.Asked.Principal - x.Owed.Principal}
}
