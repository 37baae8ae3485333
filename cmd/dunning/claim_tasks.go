package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/incassocenter/dunning/internal/agreement"
	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/trajectory"
)

func claimTasksCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "tasks", Short: "What waits for staff, of all clients, oldest first: what to do, and what ends it", Args: cobra.NoArgs,
		Long: `Lists every open task: of claims, also of those that have ended or are before the court; of agreements ("dunning agreement tasks" has those alone); of claims of which an
action could not be done (kind repair); of receipts that wait for their claim (kind receipt; "dunning receipts queue" has what was found of each), and of lines of statements that wait until somebody says
what they are (kind line), with who said what of them; of statements that are held (kind statement); and of payments that the bank refused or gave back, until another payout has them (kind payout). It says since when, of which client and claim, what to do, and what ends it. The kind of a task is what its key
begins with, up to a colon. Where time ran ahead of the clock of this machine, as in the world of "dunning demo", ages are those of the last day that the database knows of. A receipt is of no client until it is allocated, and a line or a statement is of none: with --client none is listed. /metrics counts all of them by kind (dunning_tasks_open). What waits for an approval is no task: "dunning payout list",
"dunning receipts refund".`,
		Example: "  dunning claim tasks\n  dunning claim tasks --client VBE\n  dunning claim tasks --kind answer-complaint --json",
	}
	cmd.Flags().String("client", "", "code of one client")
	cmd.Flags().String("kind", "", "only tasks of this kind, as answer-complaint")
	asJSON := jsonFlag(cmd)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		if cmd.Flags().Changed("kind") && flag(cmd, "kind") == "" {
			return refused("--kind: is empty; right would be a kind as answer-complaint, or no --kind")
		}
		return withStore(cmd, func(store *postgres.Store) error {
			client, err := clientNamed(cmd, store)
			if err != nil {
				return err
			}
			open, err := openTasks(cmd.Context(), store, client)
			if err != nil {
				return err
			}
			told, err := store.ToldUntil(cmd.Context())
			if err != nil {
				return err
			}
			list := tasksOf(open, calendar.Max(told, calendar.DateOf(operator().At)))
			kept := slices.DeleteFunc(slices.Clone(list), func(t task) bool { return flag(cmd, "kind") != "" && t.Kind != flag(cmd, "kind") })
			if *asJSON {
				return json.NewEncoder(cmd.OutOrStdout()).Encode(map[string]any{"tasks": kept})
			}
			return printTasks(cmd.OutOrStdout(), kept, list)
		})
	}
	return cmd
}

// receiptTask begins the key of the task to find out whose a receipt is.
const receiptTask = postgres.ReceiptTask + ":"

// task is an open task as `claim tasks` tells it.
type task struct {
	postgres.OpenTask
	Kind string `json:"kind"`
	Age  int    `json:"age_days"`
	Ends string `json:"ends"`
}

// tasksOf gives the tasks with their age on a day, inclusive; where time ran ahead of it, on that on which the last was opened.
func tasksOf(open []postgres.OpenTask, today calendar.Date) []task {
	for _, t := range open {
		today = calendar.Max(today, t.Opened)
	}
	list := make([]task, len(open))
	for i, t := range open {
		list[i] = task{t, kindOfTask(t.Key), today.DaysSince(t.Opened), endOfTask(t)}
	}
	return list
}

func kindOfTask(key string) string {
	kind, _, _ := strings.Cut(key, ":")
	return kind
}

// endOfTask says what ends a task.
func endOfTask(t postgres.OpenTask) string {
	key := t.Key
	done := fmt.Sprintf("dunning claim done %s %s", t.Claim, key)
	receipt, isReceipt := strings.CutPrefix(key, receiptTask)
	switch by, kind := endWhileOpen(t, done), kindOfTask(key)+":"; {
	case t.Claim == "" && isReceipt:
		return fmt.Sprintf("dunning receipts assign %s CLAIM ends it, or receipts split or refund", receipt)
	case t.Claim == "" && endOfMoney(t) != "":
		return endOfMoney(t)
	case t.Claim == "" && agreement.EndsBy(key, t.Client) != "":
		return "it ends when " + agreement.EndsBy(key, t.Client)
	case t.Claim == "":
		return fmt.Sprintf("dunning agreement done %s %s ends it", t.Client, key)
	case key == postgres.RepairTask:
		return fmt.Sprintf("dunning claim repair %s retry|skip|override|close --step %s --reason TEXT ends it", t.Claim, t.Step)
	case key == trajectory.CloseTwice:
		return fmt.Sprintf("dunning claim close %s --reason TEXT --by NAME of another person who may approve; when it is not so: %s", t.Claim, done)
	case by != "":
		return by
	case kind == trajectory.AllocateReceipt:
		return "it ends when the receipt is allocated (receipts assign, receipts divide), or when it is another's: " + done
	case kind == trajectory.RepaySurplus:
		return "it ends when the refund is approved (receipts refund --claim), when the client paid back what it has of it (claim show says how), or when it was paid back otherwise: " + done
	case kind == trajectory.RefundReturned:
		return "it ends when another account is approved (receipts refund --to), or when nobody can be paid: " + done
	case trajectory.Reminds(key):
		return "it ends when " + trajectory.RemindsUntil(key) + "; it is asked again a term later after: " + done
	case kind == claim.StopTask && !t.Status.Final():
		return fmt.Sprintf("dunning goes on when the flag is cleared (%s); what is asked is done with: %s", clearFlag(t.Claim, key), done)
	}
	return done + " ends it"
}

// toJudge is the dispute that a task asks to judge; empty: it asks something else.
func toJudge(task string) string {
	_, dispute, _ := strings.Cut(task, ":")
	if of := (claim.Pause{Key: dispute}); task == of.JudgeTask() || task == of.LateTask() {
		return dispute
	}
	return ""
}

// endWhileOpen says what ends a task that saying "done", without more, does not while its claim goes on; empty for others.
func endWhileOpen(t postgres.OpenTask, done string) string {
	by := trajectory.EndsBy(t.Key)
	switch {
	case ended(t.Status):
	case t.Key == trajectory.InterestOnly:
		return fmt.Sprintf("%s --reason TEXT when it is asked; when it is not: dunning claim close %s --reason TEXT, by two persons; paid, or a trifle that is written off (claim pay --kind write-off), it ends by itself", done, t.Claim)
	case toJudge(t.Key) != "":
		return fmt.Sprintf("dunning claim judge %s %s rejected|upheld --reason TEXT ends it", t.Claim, toJudge(t.Key))
	case by != "":
		return "it ends when " + by
	}
	return ""
}

// endOfMoney says what ends a task of a statement or of a payment; empty: it is none.
func endOfMoney(t postgres.OpenTask) string {
	switch kindOfTask(t.Key) {
	case postgres.LineTask:
		return "it ends when somebody says what the line is: dunning statement show " + t.Statement
	case postgres.StatementTask:
		return fmt.Sprintf("it ends when it is booked, by itself when what is missing comes (dunning statement import), or by: dunning statement release %s --reason TEXT; when it is wrong: dunning statement drop %s --reason TEXT", t.Statement, t.Statement)
	case postgres.PayoutTask:
		return "it ends when another payout has it"
	}
	return ""
}

// clearFlag is the command that takes back the fact of which a task, by its key, was opened.
func clearFlag(id, task string) string {
	return fmt.Sprintf("dunning claim flag %s %s --clear", id, strings.TrimPrefix(task, claim.StopTask))
}

// ended says whether a claim goes on no more, so that a person can end all that it still asks.
func ended(s claim.Status) bool { return s.Final() && s != claim.StatusCourt }

// printTasks prints a task in three or four lines, so that what ends it can be copied. Where none is kept, it says which kinds there are.
func printTasks(w io.Writer, kept, all []task) error {
	if len(kept) == 0 {
		said := "no task is open"
		if kinds := kindsOf(all); len(kinds) > 0 {
			said += " of that kind; open are: " + strings.Join(kinds, ", ")
		}
		_, err := fmt.Fprintln(w, said)
		return err
	}
	var b strings.Builder
	for _, t := range kept {
		fmt.Fprintf(&b, "%s (%dd)  %s  %s\n", t.Opened, t.Age, cmp.Or(t.Client, "-"), t.Key)
		if t.Claim != "" {
			fmt.Fprintf(&b, "  claim: %s (%s), %s\n", t.Claim, t.Reference, t.Status)
		}
		fmt.Fprintf(&b, "  do: %s\n  end: %s\n", t.Detail, t.Ends)
	}
	_, err := fmt.Fprintf(w, "%s%d open, by kind: %s\n", b.String(), len(kept), strings.Join(kindsOf(kept), ", "))
	return err
}

// kindsOf counts tasks by kind, in words.
func kindsOf(tasks []task) []string {
	counts := map[string]int{}
	for _, t := range tasks {
		counts[t.Kind]++
	}
	var said []string
	for _, kind := range slices.Sorted(maps.Keys(counts)) {
		said = append(said, fmt.Sprintf("%s %d", kind, counts[kind]))
	}
	return said
}
