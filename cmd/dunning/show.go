package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/law"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/trajectory"
)

// view is a claim as `claim show` tells it.
type view struct {
	ID        string              `json:"id"`
	Reference string              `json:"reference"`
	Title     string              `json:"title,omitempty"` // of the debt
	Client    string              `json:"client"`
	Debtor    string              `json:"debtor"`
	RF        string              `json:"rf"`
	Kenmerk   string              `json:"kenmerk"`
	Facts     claim.Facts         `json:"facts"`
	Account   claim.Account       `json:"account"`
	Told      string              `json:"told"` // of when it is: as the claim is now, as it was known on a day, or what comes if nothing happens
	Next      trajectory.Action   `json:"next"`
	Steps     []trajectory.Fate   `json:"steps"`
	Enforced  calendar.Date       `json:"enforceable_until"` // the last day before the oldest invoice is time-barred
	Limits    []law.Basis         `json:"limitation"`        // why that day
	Billed    []postgres.Billable `json:"billed,omitempty"`  // to the client

	asked    map[string]string // what each request asks
	Timeline []postgres.Event  `json:"timeline"`
}

func showCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "show CLAIM",
		Short: "Facts, timeline, what became of every step and why, and the next action with its day and reason",
		Long: `Shows a claim: what is owed, what happened, what became of every step that it was meant to have (done, still to come, or not done and why), and
what comes next, on which day, why, and why not sooner.

With --on DAY it is shown at the end of another day. Of a day that has passed: as it was known then, and what was decided on it. Of a day to come:
what there will be if nobody does anything, where whoever is asked to call or to approve does so at once. Without it: now, or where time ran ahead of the clock of
this machine, as in the world of "dunning demo", the moment of the claim's newest event, which is said in the first line.

CLAIM is its id, or the dossier number of letters to its client (what its id begins with), the client's reference, the RF reference or payment reference (kenmerk), the number of an invoice, or words of the debtor's name. When that names several they are listed, 50 at most of a client,
with exit code 2. Wherever a command takes the ID of a claim it takes these too when they name one, except for the debtor's name: that is no proof of which claim is meant.`,
		Example: "  dunning claim show VBE-041\n  dunning claim show 822e2b4e-6e1e-50e2-8c55-edb38053a024\n  dunning claim show --on DAY 822e2b4e-6e1e-50e2-8c55-edb38053a024\n" +
			"  dunning claim show --on DAY --json 822e2b4e-6e1e-50e2-8c55-edb38053a024",
		Args: cobra.ExactArgs(1),
	}
	asJSON := cmd.Flags().Bool("json", false, "print one JSON object")
	var on dateFlag
	cmd.Flags().Var(&on, "on", "at the end of this day: as it was known then, or what there will be (default: now)")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		return withStore(cmd, func(store *postgres.Store) error {
			found, err := claimsFound(cmd.Context(), store, args[0])
			if err != nil {
				return err
			}
			if len(found) > 1 {
				return errors.Join(printFound(cmd.OutOrStdout(), found, *asJSON), severalNamed(args[0], found))
			}
			v, err := look(cmd, store, found[0].Ref, on.date, time.Now())
			if err != nil {
				return err
			}
			if *asJSON {
				return json.NewEncoder(cmd.OutOrStdout()).Encode(v)
			}
			return v.print(cmd.OutOrStdout())
		})
	}
	return cmd
}

func (v view) print(w io.Writer) error {
	var b strings.Builder
	if v.Told != toldNow {
		fmt.Fprintf(&b, "%s\n", v.Told)
	}
	fmt.Fprintf(&b, "claim %s (%s)\nclient %s, debtor %s\nstatus %s, trajectory %s, references %s and %s\n\n", v.ID, v.Reference, v.Client, v.Debtor, v.Facts.Status, v.Facts.Trajectory, v.RF, v.Kenmerk)
	if v.Title != "" {
		fmt.Fprintf(&b, "for %s\n\n", v.Title)
	}
	invoices := newTable("invoice", "dated", "due", "amount")
	for _, i := range v.Facts.Invoices {
		due := i.Due.String()
		if !i.Agreed.IsZero() {
			due += " (extended from " + i.Agreed.String() + ")"
		}
		invoices.AppendRow(table.Row{i.Number, i.Issued, due, i.Amount})
	}
	fmt.Fprintf(&b, "%s\n%s", invoices.Render(), owedText(v.ID, v.Facts, v.Account))
	b.WriteString(courtStanding(v.Facts))
	b.WriteString(v.limitation())
	if said := saidBy(v.Facts.Checks); said != "" {
		fmt.Fprintf(&b, "registers: %s\n", said)
	}
	if said := v.Account.Unstated(); said != "" {
		fmt.Fprintln(&b, said)
	}
	if !ended(v.Facts.Status) {
		b.WriteString(sayPauses(v.Facts, v.Account.On))
	}
	for _, p := range v.Facts.Promises {
		fmt.Fprintf(&b, "promise %s: %s\n", p.Key, v.Facts.SayPromise(p, v.Account.On))
	}
	for _, a := range v.Facts.Arrangements {
		b.WriteString(sayArrangement(v.Facts, a, v.Account.On))
	}
	b.WriteString(v.agreement())
	fmt.Fprintf(&b, "\n%s\n%s\nnext: %s\n", timelineTable(v.Timeline, widthOf(w)), stepsTable(v.Steps, widthOf(w)), v.coming())
	fmt.Fprintf(&b, "why: %s\n", v.Next.Reason)
	if v.Next.NotSooner != "" {
		fmt.Fprintf(&b, "not sooner: %s\n", v.Next.NotSooner)
	}
	if v.Next.Meanwhile != "" {
		fmt.Fprintf(&b, "meanwhile: %s\n", v.Next.Meanwhile)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// limitation is until when the claim can be enforced, and why that day: its term, and what interrupted it.
func (v view) limitation() string {
	var b strings.Builder
	fmt.Fprintf(&b, "can be enforced until %s; demands, payments and arrangements interrupt limitation\n", v.Enforced)
	for _, basis := range v.Limits {
		fmt.Fprintf(&b, "  %s (%s), %s\n", basis.Rule, basis.Article, basis.Detail)
	}
	return b.String()
}

// coming is the next action with its moment, or the task that the claim waits for and what ends it.
func (v view) coming() string {
	stops := v.Facts.StoppedBy(v.Account.On)
	switch next := v.Next; {
	case len(stops) > 0 && next.Kind == trajectory.ActWait && next.Task == "" && next.Reason == stops[0].Todo:
		return fmt.Sprintf("nothing until the flag is cleared: %s; staff is asked about it on %s", clearFlag(v.ID, stops[0].Task()), next.Day)
	case !next.Due.IsZero() && next.Kind == trajectory.ActWait && next.Task != "":
		return fmt.Sprintf("nothing before %s while task %s waits: %s", next.Day, next.Task, v.endOf(next.Task))
	case !next.Due.IsZero() && next.Kind == trajectory.ActTask:
		return "task " + next.Task + " on " + next.Due.In(calendar.Amsterdam).Format("2006-01-02 15:04")
	case !next.Due.IsZero():
		return next.Name() + " on " + next.Due.In(calendar.Amsterdam).Format("2006-01-02 15:04")
	case next.Task == "":
		return "nothing until something changes"
	case strings.HasPrefix(next.Task, claim.StopTask) && !slices.Contains(v.Facts.Tasks, claim.Task{Key: next.Task, Open: true}):
		return "nothing until the flag is cleared: " + clearFlag(v.ID, next.Task)
	}
	return fmt.Sprintf("nothing while task %s waits: %s", v.Next.Task, v.endOf(v.Next.Task))
}

func (v view) endOf(task string) string {
	return endOfTask(postgres.OpenTask{Claim: v.ID, Status: v.Facts.Status, Key: task})
}

func timelineTable(events []postgres.Event, width int) string {
	rows := make([]table.Row, len(events))
	for i, e := range events {
		rows[i] = table.Row{e.At.Format("2006-01-02 15:04"), e.Kind, e.Actor, detail(e) + keyOf(e)}
	}
	return fitted(width, table.Row{"when", "what", "by", "detail"}, rows, nil)
}

// keyOf names what a command takes back, corrects, judges, answers or ends by its key, and what did so.
func keyOf(e postgres.Event) string {
	switch kind, key, _ := strings.Cut(e.Key, ":"); kind {
	case "settlement", "receipt", "information-cost", "hold", "resume", "dispute", "judgement", "promise", "promise-withdrawn", "request", "answer":
		return ", key " + key
	}
	return ""
}

// detail gives an event's particulars: of a letter what it is and asks, of others everything in a fixed order.
func detail(e postgres.Event) string {
	var parts []string
	switch e.Kind {
	case "reversed", "information-cost-reversed":
		return reversedDetail(e)
	case "receipt-divided":
		return dividedDetail(e)
	}
	if step, ok := e.Detail["step"]; ok && strings.HasPrefix(e.Kind, "letter-") {
		parts = append(parts, fmt.Sprintf("%v by %v", step, e.Detail["channel"]))
		if asked, _ := e.Detail["demanded"].(string); asked != "0.00" && asked != "" {
			parts = append(parts, "asks "+asked)
		}
		if e.Kind != "letter-accepted" && e.Detail["reply"] != nil {
			parts = append(parts, fmt.Sprint(e.Detail["reply"]))
		}
		return strings.Join(parts, ", ")
	}
	for key, value := range e.Detail {
		if list, ok := value.([]any); value != "" && value != nil && !(ok && len(list) == 0) {
			parts = append(parts, key+" "+detailWords(value))
		}
	}
	slices.Sort(parts)
	return strings.Join(append(parts, valueDate(e)...), ", ")
}

// detailWords is a value of an event's detail, which JSON has in it: what is nested stands in brackets, in a fixed order.
func detailWords(value any) string {
	switch v := value.(type) {
	case map[string]any:
		parts := make([]string, 0, len(v))
		for _, key := range slices.Sorted(maps.Keys(v)) {
			if v[key] != nil && v[key] != "" {
				parts = append(parts, key+" "+detailWords(v[key]))
			}
		}
		return "(" + strings.Join(parts, ", ") + ")"
	case []any:
		parts := make([]string, len(v))
		for i, one := range v {
			parts[i] = detailWords(one)
		}
		return "(" + strings.Join(parts, ", ") + ")"
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64) // a large count is no power of ten
	}
	return fmt.Sprint(value)
}

// valueDate tells the day from which an event counts, when that is not its own.
func valueDate(e postgres.Event) []string {
	if e.On.String() == e.At.Format("2006-01-02") {
		return nil
	}
	return []string{"value date " + e.On.String()}
}
