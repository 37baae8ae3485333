package main

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/trajectory"
)

func claimTasksCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "tasks", Short: "What claims ask of staff, of all clients, oldest first: what to do, and what ends it", Args: cobra.NoArgs,
		Long: `Lists every open task of claims, also of claims that have ended or are before the court: since when, of which client and claim, what to do, and what ends it. The kind of
a task is what its key begins with, up to a colon. /metrics counts them by kind (dunning_tasks_open). Beside these, receipts wait in "dunning receipts queue", agreements
ask in "dunning agreement tasks", and a claim of which an action could not be done waits for "dunning claim repair".`,
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
			open, err := store.OpenTasks(cmd.Context(), client)
			if err != nil {
				return err
			}
			list := tasksOf(open, calendar.DateOf(operator().At))
			kept := slices.DeleteFunc(slices.Clone(list), func(t task) bool { return flag(cmd, "kind") != "" && t.Kind != flag(cmd, "kind") })
			if *asJSON {
				return json.NewEncoder(cmd.OutOrStdout()).Encode(map[string]any{"tasks": kept})
			}
			return printTasks(cmd.OutOrStdout(), kept, list)
		})
	}
	return cmd
}

// task is an open task as `claim tasks` tells it.
type task struct {
	postgres.OpenTask
	Kind string `json:"kind"`
	Age  int    `json:"age_days"`
	Ends string `json:"ends"`
}

func tasksOf(open []postgres.OpenTask, today calendar.Date) []task {
	list := make([]task, len(open))
	for i, t := range open {
		list[i] = task{t, kindOfTask(t.Key), today.DaysSince(t.Opened), endOfTask(t.Claim, t.Key)}
	}
	return list
}

func kindOfTask(key string) string {
	kind, _, _ := strings.Cut(key, ":")
	return kind
}

// endOfTask says what ends a task of a claim.
func endOfTask(claimID, key string) string {
	done := fmt.Sprintf("dunning claim done %s %s", claimID, key)
	switch by, kind := trajectory.EndsBy(key), kindOfTask(key)+":"; {
	case by != "":
		return "it ends when " + by
	case kind == trajectory.AllocateReceipt:
		return "it ends when the receipt is allocated (receipts assign, receipts divide), or when it is another's: " + done
	case kind == trajectory.RepaySurplus:
		return "it ends when the refund is approved (receipts refund --claim), or when it was paid back otherwise: " + done
	case kind == trajectory.RefundReturned:
		return "it ends when another account is approved (receipts refund --to), or when nobody can be paid: " + done
	case trajectory.RemindsOfCourt(key):
		return "it ends when the stage of the procedure is recorded (claim court); it is asked again a term later after: " + done
	}
	return done + " ends it"
}

// printTasks prints a task in four lines, so that what ends it can be copied. Where none is kept, it says which kinds there are.
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
		fmt.Fprintf(&b, "%s (%dd)  %s  %s\n  claim: %s (%s), %s\n  do: %s\n  end: %s\n", t.Opened, t.Age, t.Client, t.Key, t.Claim, t.Reference, t.Status, t.Detail, t.Ends)
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
