package main

import (
	"slices"
	"strconv"
	"time"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"github.com/incassocenter/dunning/activities"
	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/trajectory"
)

// toldNow says that a claim is shown as it is now.
const toldNow = "as it is now"

// look reads a claim as it is told at the end of a day, or now when that is zero; where time ran ahead, at the moment of the claim's newest event.
func look(cmd *cobra.Command, store *postgres.Store, ref postgres.Ref, on calendar.Date, now time.Time) (view, error) {
	file, err := store.CaseFile(cmd.Context(), ref)
	if err != nil {
		return view{}, err
	}
	h, err := store.History(cmd.Context(), ref)
	if err != nil {
		return view{}, err
	}
	v := view{
		ID: ref.ClaimID, Reference: file.Reference, Title: file.Title, Client: file.Client.Name, Debtor: file.Debtor.Name, RF: file.RF, Kenmerk: file.Kenmerk,
		Facts: h.Facts, Timeline: h.Events, Told: toldNow, asked: file.Asked,
	}
	if v.Billed, err = store.Billables(cmd.Context(), ref); err != nil {
		return view{}, err
	}
	at, err := v.turnTo(cmd, h, on, now)
	if err != nil {
		return view{}, err
	}
	return v, v.decide(cmd, at)
}

// turnTo makes the view that of the end of a day, and says which instant that is. A day up to that of the newest event has passed, also where time ran ahead
// of the clock of this machine, as in the demo.
func (v *view) turnTo(cmd *cobra.Command, h postgres.History, on calendar.Date, now time.Time) (time.Time, error) {
	end := on.At(23, 59)
	newest := newestDay(h.Events, calendar.DateOf(now))
	switch {
	case on.IsZero():
		at := newestAt(h.Events, now)
		if day := calendar.DateOf(at); day.After(calendar.DateOf(now)) {
			v.Told = "as it is on " + day.String() + ", up to which time ran ahead in this database"
		}
		return at, nil
	case on.Before(h.Facts.HandedOverOn):
		return now, refused("--on: the claim was handed over on %s; right would be a day from then", h.Facts.HandedOverOn)
	case on.Before(newest):
		rules, err := v.rules(cmd)
		if err != nil {
			return end, err
		}
		v.Told = "as it was known at the end of " + on.String()
		v.Facts, v.Timeline, v.Billed = h.Facts.KnownOn(h.Records, on), until(h.Events, on), billedUntil(v.Billed, on)
		v.Facts, err = v.Facts.WithCredits(rules.Tables)
		return end, err
	}
	v.Told = "at the end of " + on.String() + ", if nobody does anything until then"
	return end, v.ahead(cmd, h.Events, now, end)
}

// ahead lets the claim live until an instant without anybody doing anything.
func (v *view) ahead(cmd *cobra.Command, events []postgres.Event, now, end time.Time) error {
	cfg, err := loadConfig(cmd)
	if err != nil {
		return err
	}
	rules, err := v.rules(cmd)
	if err != nil {
		return err
	}
	delivery := activities.Delivery{PostDays: cfg.Policy.PostDeliveryDays, MailDays: cfg.Policy.MailDeliveryDays}
	_, v.Facts, err = trajectory.Play{Rules: rules, Until: end, Received: delivery.Received}.Life(v.Facts, newestAt(events, now))
	return err
}

func (v *view) rules(cmd *cobra.Command) (trajectory.Rules, error) {
	shelf, err := configuredLibrary(cmd)
	if err != nil {
		return trajectory.Rules{}, err
	}
	return shelf.Rules(v.Facts)
}

// decide adds what is owed at an instant, what became of each step, and what comes next.
func (v *view) decide(cmd *cobra.Command, at time.Time) error {
	rules, err := v.rules(cmd)
	if err != nil {
		return err
	}
	if v.Account, err = v.Facts.AccountOn(rules.Tables, calendar.DateOf(at)); err != nil {
		return err
	}
	limit := trajectory.Enforceable(v.Facts)
	v.Enforced, v.Limits = limit.LastDay, limit.Basis
	v.Next, v.Steps, err = trajectory.ToOperator.Explain(v.Facts, rules, at)
	return err
}

// until is the events up to and including a day.
func until(events []postgres.Event, day calendar.Date) []postgres.Event {
	return slices.DeleteFunc(slices.Clone(events), func(e postgres.Event) bool { return calendar.DateOf(e.At).After(day) })
}

// billedUntil is what was billed up to and including a day, before what was taken back since.
func billedUntil(bills []postgres.Billable, day calendar.Date) (then []postgres.Billable) {
	for _, b := range bills {
		if b.TakenBack.After(day) {
			b.TakenBack, b.Why = calendar.Date{}, ""
		}
		if !b.On.After(day) {
			then = append(then, b)
		}
	}
	return then
}

func stepsTable(steps []trajectory.Fate, width int) string {
	rows := make([]table.Row, len(steps))
	for i, x := range steps {
		day, name := "", x.Step
		if !x.On.IsZero() {
			day = x.On.String()
		}
		if x.Step == trajectory.MonitoringLetter {
			name += " " + strconv.Itoa(x.Cycle)
		}
		rows[i] = table.Row{name, map[trajectory.Turnout]string{trajectory.TurnDone: "done", trajectory.TurnComing: "coming", trajectory.TurnNotDone: "not done"}[x.Turnout], day, x.Reason}
	}
	return fitted(width, table.Row{"step", "", "day", "why"}, rows, nil)
}
