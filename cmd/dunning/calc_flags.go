package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/law"
	"github.com/incassocenter/dunning/internal/money"
)

// repeated is a flag that may be given again; pflag's own lists say so by being a pflag.SliceValue.
type repeated interface{ again() }

// onceFlag is a flag with one value: a second one is refused, where the reader of flags would take the last and be silent.
type onceFlag struct {
	pflag.Value
	given string
	set   bool
}

// Set takes the value the first time.
func (o *onceFlag) Set(text string) error {
	if o.set {
		return fmt.Errorf("%q was given before it; right would be one of the two", o.given)
	}
	o.given, o.set = text, true
	return o.Value.Set(text)
}

// once lets every flag of a set that has one value be given once. A flag that is only there or not may be said twice.
func once(flags *pflag.FlagSet) {
	flags.VisitAll(func(f *pflag.Flag) {
		_, list := f.Value.(pflag.SliceValue)
		_, again := f.Value.(repeated)
		if !list && !again && f.NoOptDefVal == "" {
			f.Value = &onceFlag{Value: f.Value}
		}
	})
}

// amountFlag is a flag that takes an amount of more than nothing.
type amountFlag struct{ amount money.Amount }

func (a *amountFlag) String() string {
	if a.amount == 0 {
		return ""
	}
	return a.amount.String()
}
func (a *amountFlag) Type() string { return "amount" }
func (a *amountFlag) Set(text string) (err error) {
	a.amount, err = positive(text)
	return err
}

func positive(text string) (money.Amount, error) {
	a, err := money.Parse(text)
	if err == nil && a <= 0 {
		err = fmt.Errorf("%s is not more than 0.00; right would be at least 0.01", a)
	}
	return a, err
}

// amountsFlag is a flag that may be given again.
type amountsFlag struct{ amounts []money.Amount }

func (a *amountsFlag) String() string { return "" }
func (a *amountsFlag) Type() string   { return "amount" }
func (a *amountsFlag) again()         {}
func (a *amountsFlag) Set(text string) error {
	amount, err := positive(text)
	a.amounts = append(a.amounts, amount)
	return err
}

// dateFlag is a flag that takes a civil date.
type dateFlag struct{ date calendar.Date }

func (d *dateFlag) String() string { return d.date.String() }
func (d *dateFlag) Type() string   { return "date" }
func (d *dateFlag) Set(text string) (err error) {
	d.date, err = calendar.ParseDate(text)
	return err
}

// datesFlag is a date that may be given again.
type datesFlag struct{ dates []calendar.Date }

func (d *datesFlag) String() string { return "" }
func (d *datesFlag) Type() string   { return "date" }
func (d *datesFlag) again()         {}
func (d *datesFlag) Set(text string) error {
	date, err := calendar.ParseDate(text)
	d.dates = append(d.dates, date)
	return err
}

// percentFlag is a flag that takes a percentage.
type percentFlag struct{ percent law.Percent }

func (p *percentFlag) String() string { return p.percent.Text }
func (p *percentFlag) Type() string   { return "percent" }
func (p *percentFlag) Set(text string) error {
	return p.percent.UnmarshalText([]byte(strings.Replace(text, ",", ".", 1)))
}

// oneOf is a flag that takes one of some words.
type oneOf struct {
	words []string
	word  string
}

func (o *oneOf) String() string { return o.word }
func (o *oneOf) Type() string   { return strings.Join(o.words, "|") }
func (o *oneOf) Set(text string) error {
	if !slices.Contains(o.words, text) {
		return fmt.Errorf("right would be %s", strings.Join(o.words, " or "))
	}
	o.word = text
	return nil
}

// calcFlags is a command with the flags that it cannot do without.
func calcFlags(cmd *cobra.Command, flags map[string]pflag.Value, help map[string]string, required ...string) *cobra.Command {
	cmd.Args = cobra.NoArgs
	for name, value := range flags {
		cmd.Flags().Var(value, name, help[name])
	}
	need := cmd.RunE
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		for _, name := range required {
			if !cmd.Flags().Changed(name) {
				return refused("--%s is missing: it is %s", name, help[name])
			}
		}
		for _, name := range slices.Sorted(maps.Keys(flags)) {
			if err := inRange(name, flags[name]); err != nil {
				return err
			}
		}
		return need(cmd, args)
	}
	return cmd
}

// Days outside these are mistakes of the hand: no claim is as old, and terms would end in years of five digits.
var firstDay, lastDay = calendar.NewDate(1900, time.January, 1), calendar.NewDate(2199, time.December, 31)

func inRange(name string, value pflag.Value) error {
	var days []calendar.Date
	switch v := value.(type) {
	case *dateFlag:
		days = []calendar.Date{v.date}
	case *datesFlag:
		days = v.dates
	case *paymentsFlag:
		for _, p := range v.payments {
			days = append(days, p.On)
		}
	case *instantFlag:
		days = []calendar.Date{calendar.DateOf(v.at)}
	}
	for _, day := range days {
		if !day.IsZero() && (day.Before(firstDay) || day.After(lastDay)) {
			return refused("--%s: %s is no day of a claim; right would be a day from %s up to and including %s", name, day, firstDay, lastDay)
		}
	}
	return nil
}
