package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/postgres"
)

// waitFacts are the facts for which dunning waits: holds, promises and payment arrangements.
func waitFacts(id string) []fact {
	return []fact{
		{use: "hold ID", short: "Hold the claim until a day, or until resume", long: holdHelp,
			example: "hold " + id + " --until DAY --key h1\n  dunning claim hold " + id + ` --reason "the client does business with the debtor again"` + "\n  dunning claim hold " + id + ` --from DAY --until DAY --reason "the parcel was looked for"`, args: 1, keyed: true, ends: "dunning claim resume %s %s", flags: holdFlags, record: recordHold},
		{use: "resume ID [HOLD]", short: "End a hold, or take one back that is to come", long: resumeHelp, example: "resume " + id + "\n  dunning claim resume " + id + " h1", args: 2, optional: true, record: recordResume},
		{use: "promise ID AMOUNT", short: "The debtor promises to pay an amount by a day: dunning waits while it is not broken", long: promiseHelp, example: "promise " + id + " 250,00 --by DAY --key p1",
			args: 2, keyed: true, ends: "dunning claim withdraw-promise %s %s", flags: promiseFlags, record: recordPromise},
		{use: "withdraw-promise ID PROMISE", short: "Take a promise back that was told wrong: dunning does not wait for it any more", example: "withdraw-promise " + id + " p1", args: 2,
			record: func(ctx context.Context, _ *cobra.Command, s *postgres.Store, ref postgres.Ref, args []string) error {
				return s.WithdrawPromise(ctx, ref, args[0], operator())
			}},
		{use: "arrange ID", short: "Agree on a payment arrangement over what is owed today: no dunning while it is in force", long: arrangeHelp,
			example: "arrange " + id + ` --instalments 6 --first DAY --permission "by telephone, 24 November"` + "\n  dunning claim arrange " + id + ` --amounts "250,00 250,00 REST" --first DAY --every week --permission "e-mail of 24 November" --key r1`,
			args:    1, keyed: true, flags: arrangeFlags, record: recordArrangement,
			shows: func(cmd *cobra.Command, s *postgres.Store, ref postgres.Ref, _ []string) error {
				return showArrangement(cmd, s, ref)
			}},
	}
}

const holdHelp = `Holds the claim: nothing leaves to the debtor, and the days do not count for any term. It begins today, or --from another day: one that has passed
(its days do not count after all, and what left stays as it is) or one to come. Holds do not overlap.
Without --until it has no end: after 90 days (hold: review_days of the trajectory) task review-hold asks staff whether the claim goes on, and again 90 days after each
answer that it stays on hold (claim done). Interest and limitation run on, and limitation is interrupted in time.`

const resumeHelp = `Ends a hold that is in force, with yesterday as its last day, or takes one back that is to come. Without its key it is the only one there is; claim show names them all.`

func recordResume(ctx context.Context, _ *cobra.Command, s *postgres.Store, ref postgres.Ref, args []string) error {
	if len(args) == 1 {
		return s.Resume(ctx, ref, args[0], operator())
	}
	file, err := s.CaseFile(ctx, ref)
	if err != nil {
		return err
	}
	by := operator()
	switch keys := openHolds(file.Facts, calendar.DateOf(by.At)); len(keys) {
	case 0:
		return refused("no hold is in force or to come")
	case 1:
		return s.Resume(ctx, ref, keys[0], by)
	default:
		return refused("HOLD: the claim has several; right would be one of [%s]", strings.Join(keys, " "))
	}
}

// openHolds are the keys of the holds that are in force or to come on a day.
func openHolds(f claim.Facts, today calendar.Date) (keys []string) {
	for _, p := range f.Pauses {
		if p.Kind == claim.PauseHold && !pastOn(p, today) {
			keys = append(keys, p.Key)
		}
	}
	return keys
}

// pastOn says whether a hold or a dispute is over on a day; one that ended before it began never was.
func pastOn(p claim.Pause, on calendar.Date) bool {
	return !p.Until.IsZero() && (p.Until.Before(on) || p.Until.Before(p.From))
}

// sayPauses names the holds and disputes that are not over on a day, and what ends each.
func sayPauses(f claim.Facts, on calendar.Date) string {
	var b strings.Builder
	for _, p := range f.Pauses {
		until := "until it is resumed"
		if !p.Until.IsZero() {
			until = "until " + p.Until.String()
		}
		switch {
		case pastOn(p, on):
		case p.Kind == claim.PauseHold:
			fmt.Fprintf(&b, "hold %s: from %s %s; end it with: dunning claim resume %s %s\n", p.Key, p.From, until, f.ClaimID, p.Key)
		case p.Until.IsZero():
			fmt.Fprintf(&b, "dispute %s: since %s, to be judged by %s; end it with: dunning claim judge %s %s rejected|upheld --reason TEXT\n", p.Key, p.From, p.JudgeBy(), f.ClaimID, p.Key)
		}
	}
	return b.String()
}

func holdFlags(cmd *cobra.Command) {
	reasonFlag(cmd)
	cmd.Flags().String("from", "", "first day of the hold, also one that has passed or is to come (default: today)")
	cmd.Flags().String("until", "", "last day of the hold (default: until resume)")
}

func recordHold(ctx context.Context, cmd *cobra.Command, s *postgres.Store, ref postgres.Ref, _ []string) error {
	from, err := dayOrNone(cmd, "from")
	if err != nil {
		return err
	}
	until, err := dayOrNone(cmd, "until")
	if err != nil {
		return err
	}
	return s.HoldFrom(ctx, ref, postgres.Hold{Key: key(cmd), From: from, Until: until, Reason: flag(cmd, "reason")}, operator())
}

// dayOrNone reads a date flag; no date when it is not given.
func dayOrNone(cmd *cobra.Command, name string) (calendar.Date, error) {
	if !cmd.Flags().Changed(name) {
		return calendar.Date{}, nil
	}
	return day(cmd, name)
}

// namedDay reads a date flag that must be given.
func namedDay(cmd *cobra.Command, name, what string) (calendar.Date, error) {
	if flag(cmd, name) == "" {
		return calendar.Date{}, refused("--%s: is needed; right would be %s", name, what)
	}
	return day(cmd, name)
}

const promiseHelp = `Records that the debtor promises to pay an amount by a day. While the promise is not broken nothing leaves to the debtor, and the days do not count for
any term. It is kept when so much more was settled, by value date, until that day and the few working days that money may be on its way (policy.promise_grace_days);
else it is broken, and dunning goes on where it stood. There is one promise at a time, for at most policy.promise_days ahead.`

func promiseFlags(cmd *cobra.Command) {
	cmd.Flags().String("by", "", "the last day on which it is paid in time; required")
}

func recordPromise(ctx context.Context, cmd *cobra.Command, s *postgres.Store, ref postgres.Ref, args []string) error {
	amount, err := money.Parse(args[0])
	if err != nil {
		return refused("AMOUNT: %w", err)
	}
	by, err := namedDay(cmd, "by", "the last day on which it is paid in time")
	if err != nil {
		return err
	}
	allowed, err := leniency(cmd)
	if err != nil {
		return err
	}
	shelf, err := configuredLibrary(cmd)
	if err != nil {
		return err
	}
	return s.RecordPromise(ctx, ref, key(cmd), amount, by, allowed, operator(), shelf.Rules)
}

// leniency is what the configured policy allows of promises and arrangements.
func leniency(cmd *cobra.Command) (claim.Leniency, error) {
	cfg, err := loadConfig(cmd)
	if err != nil {
		return claim.Leniency{}, err
	}
	return cfg.Policy.Leniency(), nil
}

const arrangeHelp = `Records a payment arrangement over everything that is owed today by "dunning explain": principal, interest and the costs that are due. A letter confirms
it. No dunning while it is in force; one letter reminds of an instalment that is missed, and when that is not met the arrangement lapses, the whole is due and dunning
goes on where it stood. What counts is the value date of what was paid: a payment that comes in later with an earlier one brings the arrangement back. Interest
runs on; who pays every instalment in time need not pay the interest of after the agreement. Once it is confirmed in writing the debtor has acknowledged the debt
by it, which interrupts limitation (art. 3:318 BW). The agency agrees on one for the client when the client permits it: --permission says so (requirement T13).`

func arrangeFlags(cmd *cobra.Command) {
	cmd.Flags().Int("instalments", 0, "how many equal instalments, 2 or more; the last takes the odd cents")
	cmd.Flags().String("amounts", "", `instead of --instalments: the amount of each, with spaces between, that add up to what is owed: "250,00 250,00 119,65"`)
	cmd.Flags().String("first", "", "day of the first instalment; required")
	cmd.Flags().String("every", "month", "how often the next ones are: month or week")
	cmd.Flags().String("permission", "", "how the client permitted it; stays in the file; required")
}

func recordArrangement(ctx context.Context, cmd *cobra.Command, s *postgres.Store, ref postgres.Ref, _ []string) error {
	plan, err := planOf(cmd)
	if err != nil {
		return err
	}
	allowed, err := leniency(cmd)
	if err != nil {
		return err
	}
	shelf, err := configuredLibrary(cmd)
	if err != nil {
		return err
	}
	return s.RecordArrangement(ctx, ref, postgres.Proposal{Key: key(cmd), Permission: flag(cmd, "permission"), Plan: plan}, allowed, operator(), shelf.Rules)
}

// planOf reads the instalments as the flags have them.
func planOf(cmd *cobra.Command) (plan claim.Plan, err error) {
	plan.Count, _ = cmd.Flags().GetInt("instalments") // an int flag
	counted, named := cmd.Flags().Changed("instalments"), cmd.Flags().Changed("amounts")
	switch {
	case counted == named:
		return plan, refused("--instalments: one of --instalments and --amounts is needed; right would be how many equal instalments, or the amount of each")
	case counted && plan.Count < 2:
		return plan, refused("--instalments: %d is too few; right would be 2 or more", plan.Count)
	}
	if plan.First, err = namedDay(cmd, "first", "the day of the first instalment"); err != nil {
		return plan, err
	}
	switch flag(cmd, "every") {
	case "month":
	case "week":
		plan.Weekly = true
	default:
		return plan, refused("--every: %q is neither month nor week", flag(cmd, "every"))
	}
	for word := range strings.FieldsSeq(flag(cmd, "amounts")) {
		amount, err := positive(word)
		if err != nil {
			return plan, refused("--amounts: %w", err)
		}
		plan.Amounts = append(plan.Amounts, amount)
	}
	return plan, nil
}

// arrangementOfClaim shows the payment arrangement of a claim, or ends it.
func arrangementOfClaim() *cobra.Command {
	const id = "822e2b4e-6e1e-50e2-8c55-edb38053a024"
	cmd := &cobra.Command{
		Use: "arrangement ID show|end", Short: "Show the claim's newest payment arrangement and how it stands, or end it", Args: cobra.ExactArgs(2),
		Example: "  dunning claim arrangement " + id + " show\n  dunning claim arrangement " + id + ` end --reason "the debtor pays the rest at once"`,
	}
	reasonFlag(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if args[1] != "show" && args[1] != "end" {
			return refused("%q is neither show nor end", args[1])
		}
		with := onClaim
		if args[1] == "show" {
			with = withClaim
		}
		return with(cmd, args[0], func(store *postgres.Store, ref postgres.Ref) error {
			if args[1] == "show" {
				return showArrangement(cmd, store, ref)
			}
			if err := store.EndArrangement(cmd.Context(), ref, flag(cmd, "reason"), operator()); err != nil {
				return err
			}
			_, err := fmt.Fprintln(cmd.OutOrStdout(), "recorded")
			return err
		})
	}
	return cmd
}

func showArrangement(cmd *cobra.Command, s *postgres.Store, ref postgres.Ref) error {
	file, err := s.CaseFile(cmd.Context(), ref)
	if err != nil {
		return err
	}
	events, err := s.Timeline(cmd.Context(), ref)
	if err != nil {
		return err
	}
	today := calendar.DateOf(newestAt(events, operator().At))
	a, ok := file.Facts.Arrangement(today)
	if !ok {
		return refused("the claim has no payment arrangement; `dunning claim arrange` makes one")
	}
	return printArrangement(cmd.OutOrStdout(), file.Facts, a, today)
}

// sayArrangement is how an arrangement stands on a day, and what its instalments are made of.
func sayArrangement(f claim.Facts, a claim.Arrangement, on calendar.Date) string {
	return fmt.Sprintf("payment arrangement %s: %s\n  made of %s\n", a.Key, f.SayArrangement(a, on), a.MadeOf())
}

// confirmationWaits says that the confirmation of an arrangement, which is to leave at once, waits for an operator; empty when it does not.
func confirmationWaits(f claim.Facts, a claim.Arrangement) string {
	left := slices.ContainsFunc(f.Letters, func(l claim.Letter) bool { return l.Step == a.Step() && l.Left() })
	if f.Attention == nil || left {
		return ""
	}
	return fmt.Sprintf("its confirmation waits until %s is repaired, which could not be done (%s); do that with: dunning claim repair %s\n", f.Attention.Action, f.Attention.Cause, f.ClaimID)
}

// printArrangement tells each instalment with how it stands on a day, and what ends an arrangement that is in force.
func printArrangement(w io.Writer, f claim.Facts, a claim.Arrangement, on calendar.Date) error {
	unpaid, _ := f.Unpaid(a, on)
	inForce := f.InForce(a, on)
	rows := make([]table.Row, len(a.Instalments))
	for i, instalment := range a.Instalments {
		state := "to pay"
		switch {
		case i < unpaid:
			state = "paid"
		case !inForce:
			state = "not paid"
		case a.GraceEnds(i).Before(on):
			state = "missed"
		}
		rows[i] = table.Row{i + 1, instalment.Due, instalment.Amount, state}
	}
	said := sayArrangement(f, a, on)
	if inForce {
		said += confirmationWaits(f, a) + fmt.Sprintf("end it with: dunning claim arrangement %s end --reason TEXT\n", f.ClaimID)
	}
	_, err := fmt.Fprintf(w, "%s\n%s", fitted(widthOf(w), table.Row{"instalment", "due", "amount", ""}, rows, table.Row{"", "", a.Total(), ""}), said)
	return err
}
