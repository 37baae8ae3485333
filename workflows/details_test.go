package workflows_test

import (
	"strings"
	"testing"

	sdkpb "go.temporal.io/api/sdk/v1"
)

// look keeps what the Temporal UI shows of the claim at this moment, in Markdown.
func (w *world) look() error {
	answer, err := w.env.QueryWorkflow("__temporal_workflow_metadata")
	if err != nil {
		return err
	}
	var metadata sdkpb.WorkflowMetadata
	if err := answer.Get(&metadata); err != nil {
		return err
	}
	w.seen = metadata.GetCurrentDetails()
	return nil
}

// What an operator reads of a claim in the Temporal UI: what it is, where it stands, what is next, why and why not sooner, what happened.
func TestDetails(t *testing.T) {
	for _, s := range []struct {
		name, who string
		events    []string
		want      string
	}{
		{"between two letters", "consumer basis", []string{"2026-10-07 12:00 looks"}, `
			consumer, EUR 500-2500, 1 invoice(s)

			**Stage** reminders · **status** open

			**Next** sticker-reminder on 2026-10-13

			**Why** sticker-reminder is due 8 days after the previous step (2026-10-05)

			**Not sooner** the term of 8 days after the previous step ends on 2026-10-13

			- 2026-10-05 handed over
			- 2026-10-05 reminder by email: accepted`},
		{"in the second run, while the client decides; part is paid", "company premium", []string{"2026-10-20 12:00 pays 100.00", "2026-11-10 12:00 looks"}, `
			company, EUR 500-2500, 1 invoice(s)

			**Stage** decision · **status** open

			**Next** decision-reminder on 2026-11-17

			**Why** the client decides; a reminder goes out 14 days after the advice

			**Not sooner** the client has until 2026-12-03

			- 2026-10-05 handed over
			- 2026-10-05 reminder by email: accepted
			- 2026-10-12 sticker-reminder by email: accepted
			- 2026-10-19 summons by email: accepted
			- 2026-10-20 paid-to-client 100.00
			- 2026-10-27 final-summons by email: accepted
			- 2026-11-03 escalation-advice by email: accepted`},
		{"on hold until a day", "sole-trader basis", []string{"2026-10-08 12:00 held 2026-10-20", "2026-10-09 12:00 looks"}, `
			sole trader, EUR 500-2500, 1 invoice(s)

			**Stage** reminders · **status** on-hold

			**Next** wait on 2026-10-21

			**Why** on hold until 2026-10-20

			- 2026-10-05 handed over
			- 2026-10-05 reminder by email: accepted
			- 2026-10-08 hold until 2026-10-20`},
		{"a dispute was rejected", "company basis", []string{"2026-10-08 12:00 disputes", "2026-10-09 12:00 judged rejected", "2026-10-10 12:00 looks"}, `
			company, EUR 500-2500, 1 invoice(s)

			**Stage** reminders · **status** open

			**Next** sticker-reminder on 2026-10-13

			**Why** sticker-reminder is due 6 days after the previous step (2026-10-05)

			**Not sooner** the term of 6 days after the previous step ends on 2026-10-11; 2 days of waiting (hold, dispute, stop flag, promise, arrangement) do not count

			- 2026-10-05 handed over
			- 2026-10-05 reminder by email: accepted
			- 2026-10-08 dispute
			- 2026-10-09 dispute rejected`},
		{"disputed: it waits for a person", "company basis", []string{"2026-10-08 12:00 disputes", "2026-10-09 12:00 looks"}, `
			company, EUR 500-2500, 1 invoice(s)

			**Stage** reminders · **status** waits-for-person

			**Next** wait on 2026-10-23

			**Why** the debtor disputes the claim: everything waits for a judgement, by 2026-10-22

			- 2026-10-05 handed over
			- 2026-10-05 reminder by email: accepted
			- 2026-10-08 dispute`},
		{"a letter that cannot be written: an operator has four ways out", "company basis", []string{unprintable, "2026-10-13 12:00 looks"}, `
			company, EUR 500-2500, 1 invoice(s)

			**Stage** reminders · **status** needs-attention

			**Next** waits for a change

			**Why** sticker-reminder could not be done (BadData): an operator repairs

			**Meanwhile** task on 2031-07-07: the claim is time-barred after 2031-10-05 and no letter can interrupt that (the claim waits for an operator): interrupt limitation by hand, with proof, and record it (claim interrupted)

			**Choices** update §repair§ with §retry§, §skip§, §override§ or §close§, and step §sticker-reminder§

			- 2026-10-05 handed over
			- 2026-10-05 reminder by email: accepted`},
	} {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, s.who)
			w.live(append(s.events, "2026-11-30 12:00 operator-closes")...)
			same(t, w.seen, strings.ReplaceAll(s.want, "§", "`"))
		})
	}
}
