package main

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"github.com/incassocenter/dunning/internal/agreement"
	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/postgres"
)

func agreementCommand() *cobra.Command {
	parent := &cobra.Command{
		Use: "agreement", Short: "Agreements with clients: years, notices, stickers, tasks, and what the plans include",
		Example: "  dunning agreement show VBE\n  dunning agreement terminate VBE --received DAY --registered\n  dunning agreement tasks",
	}
	parent.AddCommand(agreementShowCommand(), agreementStartCommand(), agreementTerminateCommand(), agreementTakeBackCommand(), agreementAnswerCommand(), agreementStickersCommand(),
		agreementTasksCommand(), agreementDoneCommand(), plansCommand())
	return parent
}

// withAgreement runs a command that looks at the agreement of the client whose code is its first argument.
func withAgreement(cmd *cobra.Command, code string, work func(store *postgres.Store, clientID string) error) error {
	return withStore(cmd, ofAgreement(cmd, code, work))
}

// onAgreement runs a command that records something of it, as withBooks does.
func onAgreement(cmd *cobra.Command, code string, work func(store *postgres.Store, clientID string) error) error {
	return withBooks(cmd, ofAgreement(cmd, code, work))
}

func ofAgreement(cmd *cobra.Command, code string, work func(store *postgres.Store, clientID string) error) func(*postgres.Store) error {
	return func(store *postgres.Store) error {
		id, err := store.ClientByCode(cmd.Context(), code)
		if err != nil {
			return err
		}
		return work(store, id)
	}
}

// agreementView is an agreement as `agreement show` tells it.
type agreementView struct {
	Client string           `json:"client"` // its code
	Facts  agreement.Facts  `json:"facts"`
	State  agreement.State  `json:"state"`
	Plan   agreement.Plan   `json:"plan"`
	Stock  agreement.Stock  `json:"stickers"`
	Next   agreement.Action `json:"next"`
	Events []postgres.Event `json:"events"`
	remind calendar.Date    // from when staff is reminded in the year that is shown
}

func agreementShowCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "show CLIENT", Short: "Where the agreement stands and why: its year with its dates, stickers, tasks, and what happened", Args: cobra.ExactArgs(1),
		Example: "  dunning agreement show VBE\n  dunning agreement show VBE --on DAY --json",
	}
	cmd.Flags().String("on", "", "where it stands on this day, by what is known now and was received until then (default: today)")
	asJSON := cmd.Flags().Bool("json", false, "print one JSON object")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		on, err := day(cmd, "on")
		if err != nil {
			return err
		}
		return withAgreement(cmd, args[0], func(store *postgres.Store, clientID string) error {
			v, err := lookAtAgreement(cmd, store, clientID, on)
			if err != nil {
				return err
			}
			v.Client = args[0]
			if *asJSON {
				return json.NewEncoder(cmd.OutOrStdout()).Encode(v)
			}
			return v.print(cmd.OutOrStdout())
		})
	}
	return cmd
}

func lookAtAgreement(cmd *cobra.Command, store *postgres.Store, clientID string, on calendar.Date) (v agreementView, err error) {
	if v.Facts, err = store.Agreement(cmd.Context(), clientID); err != nil {
		return v, fmt.Errorf("%w; start it with `dunning agreement start`", err)
	}
	cfg, err := loadConfig(cmd)
	if err != nil {
		return v, err
	}
	rules := agreement.Rules{RemindDays: cfg.Agreement.RemindDays}
	if rules.Plans, err = readPlans(cfg.Agreement.PlansDir); err != nil {
		return v, err
	}
	v.State = v.Facts.On(on)
	if v.Plan, err = rules.Plans.Find(v.State.Plan); err != nil {
		return v, err
	}
	v.Stock, v.remind = v.Facts.Stock(v.Plan, on), v.Facts.RemindOn(rules, v.State.Year)
	if v.Next, err = agreement.Next(v.Facts, rules, on); err != nil {
		return v, err
	}
	v.Events, err = store.AgreementEvents(cmd.Context(), postgres.AgreementRef{ClientID: clientID, AgreementID: v.Facts.AgreementID})
	return v, err
}

func (v agreementView) print(w io.Writer) error {
	var b strings.Builder
	f, s := v.Facts, v.State
	start := "starts on " + f.Start.String()
	if f.Assumed() {
		start += ", which is assumed: state it with dunning agreement start " + v.Client + " --on DAY"
	}
	fmt.Fprintf(&b, "agreement %d of client %s, plan %s, %s\non %s it is %s: %s\n\n%s\n", f.Number, v.Client, v.Plan.Name, start, s.On, s.Status, s.Why, v.drawYear())
	fmt.Fprintf(&b, "stickers of year %d: %d of %d sets left%s; another set costs %s\n", s.Year.Number, v.Stock.Left, v.Stock.Included, beyond(v.Stock), orUnset(v.Plan.Stickers.Price))
	for _, n := range f.Notices {
		fmt.Fprintf(&b, "notice %s: %s\n", n.Key, f.Verdict(n))
	}
	for _, t := range f.Tasks {
		if t.Done.IsZero() {
			fmt.Fprintf(&b, "task %s since %s: %s\n", t.Key, t.Opened, t.Detail)
		}
	}
	fmt.Fprintf(&b, "\n%s\nnext: %s\n", timelineTable(v.Events, widthOf(w)), v.coming())
	_, err := io.WriteString(w, b.String())
	return err
}

func beyond(s agreement.Stock) string {
	if s.Charged == 0 {
		return ""
	}
	return fmt.Sprintf(", %d charged", s.Charged)
}

// coming is what comes next, with its day.
func (v agreementView) coming() string {
	if v.Next.Kind == agreement.ActNothing {
		return "nothing: " + v.Next.Reason
	}
	return fmt.Sprintf("%s on %s (%s)", strings.TrimSpace(string(v.Next.Kind)+" "+v.Next.Task), v.Next.Day, v.Next.Reason)
}

// yearMark is a day of the year that is drawn.
type yearMark struct {
	sign rune
	on   calendar.Date
	text string
}

// yearWidth is how many characters the bar of a year has: four for each month.
const yearWidth = 49

// drawYear draws the agreement year of the state as a bar under its months, with a line for each of its days that matter.
func (v agreementView) drawYear() string {
	y, bar := v.State.Year, []rune("├"+strings.Repeat("─", yearWidth-2)+"┤")
	months := ""
	for i := range 12 {
		months += fmt.Sprintf("%-4s", y.First.AddMonths(i).Month().String()[:3])
	}
	rows := newTable("", "day", "what")
	for _, m := range v.marks() {
		if !m.on.Before(y.First) && !m.on.After(y.Last) {
			bar[m.on.DaysSince(y.First)*(yearWidth-1)/y.Last.DaysSince(y.First)] = m.sign
		}
		rows.AppendRow(table.Row{string(m.sign), m.on, m.text})
	}
	return fmt.Sprintf("year %-4d%s\n         %s\n%s\n", y.Number, strings.TrimRight(months, " "), string(bar), rows.Render())
}

// marks are the days that matter in the year, in their order; what stands later in the list is drawn over what stands before it.
func (v agreementView) marks() []yearMark {
	y, s := v.State.Year, v.State
	last := yearMark{'┤', y.Last, "last day; it renews on " + y.Last.AddDays(1).String()}
	if s.EndsOn == y.Last {
		last.text = "last day: the agreement ends"
	}
	list := []yearMark{{'├', y.First, fmt.Sprintf("first day of year %d", y.Number)}, {'▲', y.LastNotice, "last day on which a registered notice counts for the end of this year"}}
	if s.EndsOn.IsZero() {
		list = append(list, yearMark{'!', v.remind, "from here staff is reminded of the renewal"})
	}
	for _, n := range v.Facts.Notices {
		if !n.Received.Before(y.First) && !n.Received.After(y.Last) {
			list = append(list, yearMark{'N', n.Received, "notice " + n.Key})
		}
	}
	list = append(list, yearMark{'●', s.On, "the day that is shown"}, last)
	slices.SortStableFunc(list, func(a, b yearMark) int { return a.on.Compare(b.on) })
	return list
}
