package main

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/postgres"
)

// fact is a command that records one fact; the relay wakes the claim's workflow.
type fact struct {
	use, short, example string
	long                string // when the short one is not enough
	args                int
	optional            bool                       // the last argument may be left out
	keyed               bool                       // the sender may name the fact, so that it can be told again
	names               string                     // what names it by itself when the sender does not (naturalKey); empty: a new key
	event               string                     // what stands before the key of its event, of a fact that books, bills or writes: told again it says so
	ends                string                     // what ends it, for what lasts until it is ended: a format of the claim's id and the key
	endsWith            func(args []string) string // what stands behind that, when it depends on what is recorded
	flags               func(cmd *cobra.Command)
	record              func(ctx context.Context, cmd *cobra.Command, store *postgres.Store, ref postgres.Ref, args []string) error
	tells               func(file postgres.CaseFile) any                                                       // what of the file it changes, for a fact that can be so already
	shows               func(cmd *cobra.Command, store *postgres.Store, ref postgres.Ref, args []string) error // how it stands, after it is recorded
	made                func(cmd *cobra.Command, store *postgres.Store, ref postgres.Ref) error                // what it changed, unless it was so already
}

func (f fact) command() *cobra.Command {
	cmd := &cobra.Command{Use: f.use, Short: f.short, Long: f.long, Example: "  dunning claim " + f.example, Args: cobra.ExactArgs(f.args)}
	if f.optional {
		cmd.Args = cobra.RangeArgs(f.args-1, f.args)
	}
	if f.keyed {
		keyFlag(cmd, "fact", f.names)
	}
	if f.flags != nil {
		f.flags(cmd)
	}
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if err := checkKey(cmd); err != nil {
			return err
		}
		return onClaim(cmd, args[0], func(store *postgres.Store, ref postgres.Ref) error {
			said, err := f.recorded(cmd, store, ref, args[1:])
			if err != nil {
				return err
			}
			changed := said == saidRecorded
			if f.ends != "" {
				if said == saidRecorded {
					said += " with key " + key(cmd)
				}
				said += "; end it with: " + fmt.Sprintf(f.ends, ref.ClaimID, key(cmd))
			}
			if f.endsWith != nil {
				said += f.endsWith(args[1:])
			}
			if _, err = fmt.Fprintln(cmd.OutOrStdout(), said); err == nil && changed && f.made != nil {
				err = f.made(cmd, store, ref)
			}
			if err != nil || f.shows == nil {
				return err
			}
			return f.shows(cmd, store, ref, args[1:])
		})
	}
	return cmd
}

// recorded records the fact and says whether it was so already.
func (f fact) recorded(cmd *cobra.Command, store *postgres.Store, ref postgres.Ref, args []string) (said string, err error) {
	record := func(ctx context.Context) error { return f.record(ctx, cmd, store, ref, args) }
	if f.event != "" {
		return toldOnce(cmd, f.event, record)
	}
	if f.tells == nil {
		events, err := recordedBy(cmd.Context(), record)
		switch {
		case err != nil || len(events) > 0:
			return saidRecorded, err
		case f.keyed:
			return toldBefore(key(cmd)), nil
		}
		return saidKnown, nil
	}
	before, err := store.CaseFile(cmd.Context(), ref)
	if err != nil {
		return "", err
	}
	if err := f.record(cmd.Context(), cmd, store, ref, args); err != nil {
		return "", err
	}
	after, err := store.CaseFile(cmd.Context(), ref)
	if err == nil && reflect.DeepEqual(f.tells(before), f.tells(after)) {
		return saidKnown, nil
	}
	return saidRecorded, err
}

func flag(cmd *cobra.Command, name string) string {
	value, _ := cmd.Flags().GetString(name) // "" when the command has no such flag
	return value
}

// day reads a date flag; today when it is not given. One that is given empty is refused: a script whose variable is empty would record a day that is not meant.
func day(cmd *cobra.Command, name string) (calendar.Date, error) {
	if !cmd.Flags().Changed(name) {
		return calendar.DateOf(operator().At), nil
	}
	d, err := calendar.ParseDate(flag(cmd, name))
	if err != nil {
		return d, refused("--%s: %w", name, err)
	}
	return d, nil
}

func factCommands() []*cobra.Command {
	const id = exampleClaim
	facts := []fact{
		{use: "dispute ID GROUNDS", short: "The debtor disputes the claim: everything pauses", example: "dispute " + id + ` "the goods never arrived" --key d1`, args: 2, keyed: true, ends: "dunning claim judge %s %s rejected|upheld --reason TEXT",
			record: func(ctx context.Context, cmd *cobra.Command, s *postgres.Store, ref postgres.Ref, args []string) error {
				return s.RaiseDispute(ctx, ref, key(cmd), args[0], operator())
			}},
		{use: "judge ID DISPUTE rejected|upheld", short: "Judge a dispute: rejected resumes the trajectory, upheld ends the claim", example: "judge " + id + ` d1 rejected --reason "signed delivery note"`, args: 3, flags: reasonFlag, record: recordJudgement},
		{use: "complain ID TEXT", short: "Record a complaint of the debtor: its receipt is confirmed in writing within 2 working days", long: complainHelp, example: "complain " + id + ` "the telephone is never answered" --key c1 --received DAY`,
			args: 2, keyed: true, names: "its day and text", event: claim.Complaint{}.Step(), ends: "dunning claim done %s answer-complaint:%s", flags: complainFlags, record: recordComplaint},
		{use: "remark ID TEXT", short: "Add a remark to the file", example: "remark " + id + ` "called, will pay on Friday"`, args: 2, keyed: true,
			record: func(ctx context.Context, cmd *cobra.Command, s *postgres.Store, ref postgres.Ref, args []string) error {
				return s.Remark(ctx, ref, key(cmd), args[0], operator())
			}},
		{use: "flag ID FLAG", short: "Record a fact about the debtor (bankrupt, deceased, address-unknown ...), or take it back", long: flagLong(), example: "flag " + id + " bankrupt --since DAY", args: 2, flags: flagFlags, record: recordFlag,
			tells: func(file postgres.CaseFile) any { return file.Facts.Flags }},
		{use: "trace ID STEP delivered|not-delivered|never-left|returned", short: "Say what became of a letter", long: traceLong, example: "trace " + exampleConsumer + " 14-day-letter returned --on DAY", args: 3, flags: traceFlags, record: recordTrace},
		{use: "done ID TASK", short: "End a task", example: "done " + id + ` stopped:bankrupt --reason "lodged with the trustee"`, args: 2, flags: reasonFlag,
			record: func(ctx context.Context, cmd *cobra.Command, s *postgres.Store, ref postgres.Ref, args []string) error {
				shelf, err := configuredLibrary(cmd)
				if err != nil {
					return err
				}
				return s.CompleteTask(ctx, ref, args[0], flag(cmd, "reason"), operator(), shelf.Rules)
			}},
		{use: "close ID", short: "Close the claim without (full) payment: two persons say so", long: closeLong, example: "close " + id + ` --reason "the trustee expects no payment" --by "A. de Vries"`, args: 1, flags: closeFlags, record: recordClosing, tells: closingTells, shows: showClosing},
	}
	facts = slices.Concat(facts, waitFacts(id), moneyFacts(id), takeBackFacts(id), requestFacts(id), []fact{courtFact(id), interruptedFact(id), saleFact(id)})
	commands := make([]*cobra.Command, len(facts))
	for i, f := range facts {
		commands[i] = f.command()
	}
	return commands
}

func reasonFlag(cmd *cobra.Command) { cmd.Flags().String("reason", "", "why; stays in the file") }

const complainHelp = `Records a complaint of the debtor. Its receipt is confirmed in writing within two working days (art. 6.1 Besluit kwaliteit
incassodienstverlening): by a letter that leaves as soon as the debtor may be contacted, also for a claim that is on hold, disputed or paid. A task
says by when to answer the complaint; another one asks for a confirmation by hand when no letter has left at 09:00 of the last day, when none can be
sent, and when the claim is closed. Dunning goes on meanwhile: hold the claim if it should wait.
A second complaint of one day in the same words needs a --key: without, it is the first one, and refused when that is answered.`

func complainFlags(cmd *cobra.Command) {
	cmd.Flags().String("received", "", "day on which the complaint was received (default: today)")
}

func recordComplaint(ctx context.Context, cmd *cobra.Command, s *postgres.Store, ref postgres.Ref, args []string) error {
	received, err := day(cmd, "received")
	if err != nil {
		return err
	}
	cfg, err := loadConfig(cmd)
	if err != nil {
		return err
	}
	by := operator()
	answerBy := calendar.AddWorkingDays(calendar.DateOf(by.At), cfg.Policy.ComplaintAnswerDays)
	named := flag(cmd, "key") != ""
	c := postgres.Complaint{Key: naturalKey(cmd, received, digest(args[0])), Text: args[0], Received: received, AnswerBy: answerBy}
	if !named {
		file, err := s.CaseFile(ctx, ref)
		if err != nil {
			return err
		}
		if slices.ContainsFunc(file.Facts.Tasks, func(t claim.Task) bool { return !t.Open && t.Key == claim.NewComplaint(c.Key, received).AnswerTask() }) {
			return answeredBefore("complaint", c.Key)
		}
	}
	return s.RecordComplaint(ctx, ref, c, by)
}

func recordJudgement(ctx context.Context, cmd *cobra.Command, s *postgres.Store, ref postgres.Ref, args []string) error {
	if args[1] != "rejected" && args[1] != "upheld" {
		return refused("%q is neither rejected nor upheld; right would be one of them", args[1])
	}
	if flag(cmd, "reason") == "" {
		return refused("--reason: a dispute is judged for a reason; right would be why it is rejected or upheld")
	}
	return s.JudgeDispute(ctx, ref, args[0], args[1], flag(cmd, "reason"), operator())
}

// flagLong lists the flags with what each asks of the operator.
func flagLong() string {
	text := "Records a fact about the debtor, or takes it back with --clear. These stop dunning at once, for every open claim of the debtor, and open a task:\n"
	for _, s := range claim.Stops() {
		text += fmt.Sprintf("  %-17s %s (%s)\n", s.Kind, s.Todo, s.Article)
	}
	return text + "These two are of one claim, and letters go over the channel that is left:\n  address-unknown   until an address is found\n  email-bounced     until a mailbox works\nOn claims of the debtor that have ended a fact that stops dunning can make what was paid too much: a person is asked to mend that (task stopped-after-end)"
}

func flagFlags(cmd *cobra.Command) {
	cmd.Flags().Bool("clear", false, "it is no longer so: an address was found, a bankruptcy was lifted")
	cmd.Flags().String("since", "", "for a fact that stops dunning: the day of the ruling, the death and so on; with --clear the first day on which it is no longer so (default: today); the day from which it was set: it never was so, as of a bankruptcy that was annulled on appeal")
}

func recordFlag(ctx context.Context, cmd *cobra.Command, s *postgres.Store, ref postgres.Ref, args []string) error {
	if !slices.Contains(claim.FlagKinds(), args[0]) {
		return refused("FLAG: %q is not one of %s", args[0], strings.Join(claim.FlagKinds(), ", "))
	}
	var since calendar.Date
	if cmd.Flags().Changed("since") {
		var err error
		if since, err = day(cmd, "since"); err != nil {
			return err
		}
		if err := inRange("since", &dateFlag{since}); err != nil {
			return err
		}
	}
	shelf, err := configuredLibrary(cmd)
	if err != nil {
		return err
	}
	if clear, _ := cmd.Flags().GetBool("clear"); clear {
		return s.ClearFlag(ctx, ref, args[0], since, operator(), shelf.Rules)
	}
	return s.SetFlag(ctx, ref, args[0], since, operator(), shelf.Rules)
}

const traceLong = `Says what became of a letter. Of one in state unknown: delivered, not-delivered, or never-left, with proof, which sends it anew. Of one that its
carrier had accepted: returned, when it came back undeliverable or bounced later. It was not received then: its term did not run, it goes out again
over the next channel, and when it was the 14-day letter no collection costs are due until it is received; letters that asked them meanwhile open a
task each. The same letter returned on the same day twice is once; when another that left since can be meant, its id is asked for: --letter.`

func traceFlags(cmd *cobra.Command) {
	cmd.Flags().Int("cycle", 0, "which time the step was done, for the letters of debt monitoring (default: the newest)")
	cmd.Flags().String("on", "", "the day on which it came back, for returned (default: today)")
	cmd.Flags().String("letter", "", "the id of the letter that was returned, when two of the step can be meant (default: the newest that can be)")
}

func recordTrace(ctx context.Context, cmd *cobra.Command, s *postgres.Store, ref postgres.Ref, args []string) error {
	cycle, _ := cmd.Flags().GetInt("cycle") // an int flag
	if cycle < 0 {
		return refused("--cycle: %d is less than 1; right would be 1 for the first time", cycle)
	}
	if cmd.Flags().Changed("on") && args[1] != "returned" {
		return refused("--on: is for a letter that was returned; what else became of one counts from today")
	}
	if cmd.Flags().Changed("letter") && args[1] != "returned" {
		return refused("--letter: is for a letter that was returned; of what else became of one there is one letter")
	}
	switch args[1] {
	case "delivered", "not-delivered":
		return s.ResolveLetter(ctx, ref, args[0], cycle, args[1] == "delivered", operator())
	case "never-left":
		return s.ReleaseLetter(ctx, ref, args[0], cycle, operator())
	case "returned":
		return recordReturn(ctx, cmd, s, ref, args[0], cycle)
	}
	return refused("%q is not delivered, not-delivered, never-left or returned", args[1])
}

func recordReturn(ctx context.Context, cmd *cobra.Command, s *postgres.Store, ref postgres.Ref, step string, cycle int) error {
	on, err := day(cmd, "on")
	if err != nil {
		return err
	}
	shelf, err := configuredLibrary(cmd)
	if err != nil {
		return err
	}
	return s.ReturnLetter(ctx, ref, postgres.Returned{Step: step, Cycle: cycle, Letter: strings.ToLower(flag(cmd, "letter")), On: on}, operator(), shelf.Rules)
}
