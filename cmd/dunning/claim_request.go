package main

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/postgres"
)

const requestHelp = `Records what client and agency ask each other about a claim. KIND is one of:
  documents, information  asked of the client, by e-mail in office hours, with a reminder halfway and one on the last day. A client that does not answer
                          is for a person: exception 3 of the agreement may be applied, at its price. Dunning goes on meanwhile, unless with --hold;
                          that hold ends with the answer, or by dunning claim resume ID request:KEY
  permission              the client asks before it makes an arrangement of its own with the debtor: a task asks a person to answer yes or no
  call-back               the client asks for legal advice by telephone, also about a claim that has ended: a task asks a person to call
The answer is recorded with dunning claim answer. TEXT is what is asked; to the client it is written as it stands. A second request of one day in the
same words needs a --key: without, it is the first one, and refused when that is answered.`

// requestFacts are what client and agency ask each other, and the answers.
func requestFacts(id string) []fact {
	return []fact{
		{use: "request ID documents|information|permission|call-back TEXT", short: "Client and agency ask each other something about a claim", long: requestHelp,
			example: "request " + id + ` documents "de getekende opdracht en uw algemene voorwaarden" --key q1`, args: 3, keyed: true, names: "its kind, day and text", event: claim.Request{}.Step(), ends: "dunning claim answer %s %s", endsWith: answerOf, flags: requestFlags, record: recordRequest},
		{use: "answer ID REQUEST ANSWER", short: "Record the answer to a request: in words, or yes or no with a --reason for a permission", args: 3, flags: reasonFlag, record: recordAnswer,
			example: "answer " + id + ` q1 "the signed order came by e-mail"` + "\n  dunning claim answer " + id + ` q2 no --reason "the debtor can pay at once"`},
		agreedFact(id), chargeReversal(id),
	}
}

// answerOf is how a request of a kind is answered.
func answerOf(args []string) string {
	if claim.RequestKind(args[0]) == claim.RequestPermission {
		return " yes|no --reason TEXT"
	}
	return " ANSWER"
}

func requestFlags(cmd *cobra.Command) {
	cmd.Flags().Int("days", 0, "days to answer: calendar days for the client, working days for the agency (default: as configured)")
	cmd.Flags().Bool("hold", false, "no letters to the debtor until the client has answered")
}

func recordRequest(ctx context.Context, cmd *cobra.Command, s *postgres.Store, ref postgres.Ref, args []string) error {
	if kind := claim.RequestKind(args[0]); !slices.Contains(claim.RequestKinds(), kind) {
		return refused("%q is not one of %v", kind, claim.RequestKinds())
	}
	cfg, err := loadConfig(cmd)
	if err != nil {
		return err
	}
	days, _ := cmd.Flags().GetInt("days")
	if cmd.Flags().Changed("days") && days < 1 {
		return refused("--days: %d is no time to answer; right would be 1 or more", days)
	}
	hold, _ := cmd.Flags().GetBool("hold")
	named := flag(cmd, "key") != ""
	r := postgres.Request{Request: cfg.Policy.AnswerTerms().Request(naturalKey(cmd, args[0], calendar.DateOf(operator().At), digest(args[1])), claim.RequestKind(args[0]), days), Text: args[1], Hold: hold}
	if !named {
		file, err := s.CaseFile(ctx, ref)
		if err != nil {
			return err
		}
		if before, told := file.Facts.RequestAt(r.Step()); told && !before.Answered.IsZero() {
			return answeredBefore("request", r.Key)
		}
	}
	return s.RecordRequest(ctx, ref, r, operator())
}

func recordAnswer(ctx context.Context, cmd *cobra.Command, s *postgres.Store, ref postgres.Ref, args []string) error {
	answer, text := claim.AnswerGiven, args[1]
	if args[1] == string(claim.AnswerYes) || args[1] == string(claim.AnswerNo) {
		if answer, text = claim.Answer(args[1]), flag(cmd, "reason"); text == "" {
			return refused("--reason: permission is given or refused for a reason")
		}
	}
	return s.AnswerRequest(ctx, ref, args[0], answer, text, operator())
}

// callBacksCommand counts the advice by telephone of a client (requirement S9).
func callBacksCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "call-backs CODE", Short: "How often a client asked for legal advice by telephone, by agreement year", Args: cobra.ExactArgs(1),
		Long:    "Counts the requests of kind call-back on all claims of a client, by the years of its agreement (dunning agreement show CODE).",
		Example: "  dunning client call-backs VBE\n  dunning client call-backs VBE --json",
	}
	asJSON := cmd.Flags().Bool("json", false, "print one JSON object")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		return withStore(cmd, func(store *postgres.Store) error {
			codes, err := store.ClientCodes(cmd.Context())
			if err != nil {
				return err
			}
			id, known := codes[args[0]]
			if !known {
				return refused("there is no client %s; `dunning client add` prints the codes", args[0])
			}
			agreed, err := store.Agreement(cmd.Context(), id)
			if err != nil {
				return err
			}
			days, err := store.CallBacks(cmd.Context(), id)
			if err != nil {
				return err
			}
			years := agreed.CallBacks(days, calendar.DateOf(operator().At))
			if *asJSON {
				return json.NewEncoder(cmd.OutOrStdout()).Encode(map[string]any{"client": args[0], "years": years})
			}
			rows := make([]table.Row, len(years))
			for i, y := range years {
				rows[i] = table.Row{y.From, y.To, y.CallBacks}
			}
			_, err = fmt.Fprintln(cmd.OutOrStdout(), fitted(widthOf(cmd.OutOrStdout()), table.Row{"agreement year from", "to", "call-backs"}, rows, nil))
			return err
		})
	}
	return cmd
}
