package main

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/law"
)

// instantFlag takes an instant with its offset, or a local time of Amsterdam.
type instantFlag struct{ at time.Time }

func (i *instantFlag) String() string { return "" }
func (i *instantFlag) Type() string   { return "instant" }
func (i *instantFlag) Set(text string) error {
	if at, err := time.Parse(time.RFC3339, text); err == nil {
		i.at = at
		return nil
	}
	text = strings.Replace(text, "T", " ", 1)
	for _, layout := range []string{"2006-01-02 15:04", "2006-01-02 15:04:05"} {
		at, err := time.ParseInLocation(layout, text, calendar.Amsterdam)
		if err != nil {
			continue
		}
		if wall, _ := time.Parse(layout, text); at.Format(layout) != wall.Format(layout) { // the hour that summer time leaves out
			return fmt.Errorf("%s does not exist in Amsterdam: the clock goes forward there", text)
		}
		i.at = at
		return nil
	}
	return fmt.Errorf("right would be an instant like 2026-11-25T19:30:00+01:00, or a local time like 2026-11-25 19:30")
}

func windowCommand() *cobra.Command {
	var at instantFlag
	cmd := &cobra.Command{
		Use: "window", Short: "May a debtor be contacted at that moment? (art. 4.2 Besluit kwaliteit incassodienstverlening)",
		Example: "  dunning calc window --at \"2026-12-25 10:00\"\n  dunning calc window --at 2026-11-25T20:00:00+01:00",
		RunE: func(cmd *cobra.Command, _ []string) error {
			allowed, next, reason := calendar.ContactAllowed(at.at)
			if allowed {
				reason = "within 07:00-20:00, no Sunday, no recognised holiday"
			}
			return reply(cmd, fields{{"allowed", allowed}, {"next", next.In(calendar.Amsterdam).Format(time.RFC3339)}, {"reason", reason}}, []law.Basis{
				{Rule: "no contact from 20:00 to 07:00, on Sundays and on recognised holidays", Article: "art. 4.2 Besluit kwaliteit incassodienstverlening; art. 3 Algemene termijnenwet",
					Detail: at.at.In(calendar.Amsterdam).Format("Monday 2006-01-02 15:04 MST") + ": " + reason},
			})
		},
	}
	return calcFlags(cmd, map[string]pflag.Value{"at": &at}, map[string]string{"at": "an instant with its offset, or a local time in Amsterdam"}, "at")
}

func noticeCommand() *cobra.Command {
	var received dateFlag
	cmd := &cobra.Command{
		Use: "notice", Short: "The term of a 14-day letter (art. 6:96 lid 6 BW)",
		Example: "  dunning calc notice --received 2026-12-11",
		RunE: func(cmd *cobra.Command, _ []string) error {
			last, from := law.FourteenDays(received.date)
			plain := received.date.AddDays(14)
			extended := "no weekend or holiday"
			if last != plain {
				extended = fmt.Sprintf("%s is %s: extended to %s", plain, cmp.Or(calendar.Holiday(plain), plain.Weekday().String()), last)
			}
			return reply(cmd, fields{{"last_day", last}, {"costs_due_from", from}}, []law.Basis{
				{Rule: "fourteen days that start the day after receipt", Article: "art. 6:96 lid 6 BW; HR 25-11-2016 ECLI:NL:HR:2016:2704", Detail: fmt.Sprintf("received %s, first day %s, fourteenth day %s", received.date, received.date.AddDays(1), plain)},
				{Rule: "a term that ends on a weekend or holiday is extended (policy: extend)", Article: "art. 1 and 3 Algemene termijnenwet", Detail: extended},
				{Rule: "collection costs are due from the day after", Article: "art. 6:96 lid 6 BW", Detail: "not if the principal that the letter asks was paid by " + last.String()},
			})
		},
	}
	return calcFlags(cmd, map[string]pflag.Value{"received": &received}, map[string]string{"received": "the day on which the debtor received the letter"}, "received")
}

func limitationCommand() *cobra.Command {
	var due dateFlag
	var interrupted datesFlag
	var sale bool
	cmd := &cobra.Command{
		Use: "limitation", Short: "The last day on which a claim can be enforced (art. 3:307, 7:28 BW)",
		Example: "  dunning calc limitation --due 2026-03-01 --interrupted 2028-02-11\n  dunning calc limitation --due 2026-03-01 --consumer-sale",
		RunE: func(cmd *cobra.Command, _ []string) error {
			var days []law.Interruption
			for _, on := range interrupted.dates {
				days = append(days, law.Interruption{On: on})
			}
			l := law.LimitationOf(due.date, sale, days)
			return reply(cmd, fields{{"last_day", l.LastDay}}, l.Basis)
		},
	}
	cmd.Flags().BoolVar(&sale, "consumer-sale", false, "the price of a consumer sale: two years")
	return calcFlags(cmd, map[string]pflag.Value{"due": &due, "interrupted": &interrupted}, map[string]string{
		"due": "the day on which the claim became payable", "interrupted": "a day on which limitation was interrupted; may be given again",
	}, "due")
}

func courtCommand() *cobra.Command {
	var sum amountFlag
	var on dateFlag
	party := oneOf{words: []string{"legal", "natural", "indigent"}}
	cmd := &cobra.Command{
		Use: "court", Short: "What a default judgment of the cantonal court costs: court fee, summons, salary of the representative",
		Long: `Says what a default judgment costs by the tables of the day. A claim above 25000.00 is refused: the civil court decides it, a lawyer is needed, and the
tables do not have that scale of salary. A figure that is not certain says so in its basis.`,
		Example: "  dunning calc court --claim 1811.50 --party legal --on 2026-11-25",
		RunE: func(cmd *cobra.Command, _ []string) error {
			tables, err := lawOf(cmd)
			if err != nil {
				return err
			}
			if !cmd.Flags().Changed("on") {
				on.date = calendar.DateOf(time.Now())
			}
			c, err := tables.DefaultJudgment(sum.amount, law.Party(party.word), on.date)
			if err != nil {
				return lawful(err)
			}
			return reply(cmd, fields{{"court_fee", c.Fee}, {"summons", c.Summons}, {"salary_per_point", c.Salary}, {"total_default", c.Total()}}, c.Basis)
		},
	}
	return calcFlags(cmd, map[string]pflag.Value{"claim": &sum, "party": &party, "on": &on}, map[string]string{
		"claim": "principal, interest and costs together", "party": "who claims: legal, natural or indigent", "on": "the day of the procedure (default: today)",
	}, "claim", "party")
}
