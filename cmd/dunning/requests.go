package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"

	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/workflows"
)

// requestCommands are the wishes that a claim can refuse: updates of its workflow, whose validator answers at once.
func requestCommands() []*cobra.Command {
	const id = exampleClaim
	repair := &cobra.Command{
		Use: "repair ID retry|skip|override|close", Short: "Repair a claim that needs attention", Args: cobra.ExactArgs(2),
		Long: `retry does the action again; skip passes the step without a letter; override says that there is proof the letter arrived; close ends the claim.
--step is what could not be done, as claim show said it; skip and override need it. When something else needs attention by then, the repair is refused and says what.`,
		Example: "  dunning claim repair " + id + ` retry --reason "mail server is back"` + "\n  dunning claim repair " + id + ` skip --step summons --reason "the debtor was called"`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if flag(cmd, "reason") == "" {
				return refused("--reason: a repair has a reason")
			}
			if err := checkKey(cmd); err != nil {
				return err
			}
			if unnamed := (claim.Repair{Do: args[1], Step: flag(cmd, "step")}).Unnamed(); unnamed != "" {
				return refused("--step: %s", unnamed)
			} else if flag(cmd, "step") == "" && cmd.Flags().Changed("step") {
				return refused("--step: is empty; right would be what could not be done, as dunning claim show says it")
			}
			wish := workflows.Repair{Key: key(cmd), Do: args[1], Step: flag(cmd, "step"), Reason: flag(cmd, "reason"), Actor: operator().Name}
			err := request(cmd, args[0], workflows.UpdateRepair, wish, "ask the same again with --key "+wish.Key+": told twice it is done once")
			if errors.Is(err, errNoWorkflow) && flag(cmd, "key") != "" {
				return repairedBefore(cmd, args[0], wish, err)
			}
			return err
		},
	}
	reasonFlag(repair)
	repair.Flags().String("step", "", "what could not be done, as summons; needed with skip and override")
	keyFlag(repair, "repair", "") // a new one: to do it again is what a repair is for, and one that is not needed is refused
	return append(exceptionCommands(), decideCommand(id), courtWorkCommand(id), repair, stopMonitoringCommand(id))
}

// repairedBefore answers a repair that is repeated when its claim has been closed since, as close does: the case file knows it. Else no is no.
func repairedBefore(cmd *cobra.Command, claimID string, r workflows.Repair, no error) error {
	return withClaim(cmd, claimID, func(store *postgres.Store, ref postgres.Ref) error {
		known, err := store.RepairKnown(cmd.Context(), ref, claim.Repair{Key: r.Key, Do: r.Do, Reason: r.Reason})
		if err != nil {
			return err
		}
		if !known {
			return no
		}
		_, err = fmt.Fprintln(cmd.OutOrStdout(), "done before; the claim is closed")
		return err
	})
}

// requestOnce asks for what ends the claim. Repeated when the claim has ended since, it is answered by the case file when that has the wish; else no is no.
func requestOnce(cmd *cobra.Command, claimID, update string, in any, toldBefore func(context.Context, *postgres.Store, postgres.Ref) (postgres.Told, error)) error {
	no := request(cmd, claimID, update, in, again)
	if !errors.Is(no, errNoWorkflow) {
		return no
	}
	return withClaim(cmd, claimID, func(store *postgres.Store, ref postgres.Ref) error {
		told, err := toldBefore(cmd.Context(), store, ref)
		switch {
		case err != nil:
			return err
		case told == postgres.Told{}:
			return no
		}
		_, err = fmt.Fprintf(cmd.OutOrStdout(), "done before: recorded on %s, told by %s; the claim has ended\n", told.On, told.By)
		return err
	})
}

// again is how a wish is asked again whose answer was not heard: what is recorded under no key of the caller is known by the claim itself.
const again = "ask the same again: told twice it is recorded once"

// request asks the claim's workflow for something that can be refused; again says how that is asked again when its answer is not heard. While a claim is
// open and its workflow is on its way, as it is handed over or opened again just now, it is asked once more: nothing that is told in between is lost without a word.
func request(cmd *cobra.Command, claimID, update string, in any, again string) error {
	id, err := claimIDNamed(cmd, claimID)
	if err != nil {
		return err
	}
	cfg, err := loadConfig(cmd)
	if err != nil {
		return err
	}
	c, err := openTemporal(cfg, logger(cfg))
	if err != nil {
		return err
	}
	defer c.Close()
	for tries := 1; ; tries++ {
		state, err := askWorkflow(cmd.Context(), c, id, update, in)
		if err == nil {
			_, err = fmt.Fprintf(cmd.OutOrStdout(), "done; next: %s (%s)\n", state.Next.Name(), state.Next.Reason)
			return err
		}
		no := refusal(err)
		var answered *exitError
		switch {
		case !errors.As(no, &answered):
			return fmt.Errorf("no answer was heard, and it may be recorded all the same: %s (%w)", again, no)
		case !errors.Is(no, errNoWorkflow):
			return no
		}
		open, err := stillOpen(cmd, id)
		switch {
		case err != nil:
			return err
		case !open:
			return no
		case tries == asksForWorkflow:
			return refused("refused: nothing is recorded: the claim is open, but its workflow has not started yet; ask again in a minute")
		}
		select {
		case <-cmd.Context().Done():
			return cmd.Context().Err()
		case <-time.After(betweenAsks):
		}
	}
}

// asksForWorkflow is how often a claim that is open is asked while its workflow does not run: for some seconds, and the relay starts it in less.
const (
	asksForWorkflow = 20
	betweenAsks     = 250 * time.Millisecond
)

func askWorkflow(ctx context.Context, c client.Client, claimID, update string, in any) (state workflows.State, err error) {
	handle, err := c.UpdateWorkflow(ctx, client.UpdateWorkflowOptions{
		WorkflowID: workflows.ClaimID(claimID), UpdateName: update, Args: []any{in}, WaitForStage: client.WorkflowUpdateStageCompleted,
	})
	if err == nil {
		err = handle.Get(ctx, &state)
	}
	return state, err
}

// stillOpen says whether the claim is open; an error when there is none: Temporal knows the running ones only.
func stillOpen(cmd *cobra.Command, claimID string) (open bool, err error) {
	err = withStore(cmd, func(store *postgres.Store) error {
		ref, err := store.ClientOfClaim(cmd.Context(), claimID)
		if err == nil {
			open, err = store.ClaimOpen(cmd.Context(), ref)
		}
		return err
	})
	return open, err
}

var errNoWorkflow = errors.New("refused: there is no running workflow for this claim: it has ended; right would be to look how (dunning claim show), and to record what was said (dunning claim remark)")

// refusal gives a validator's "no" the exit code of refused input.
func refusal(err error) error {
	var gone *serviceerror.NotFound
	if errors.As(err, &gone) {
		return &exitError{2, errNoWorkflow}
	}
	var no *temporal.ApplicationError
	if errors.As(err, &no) && no.NonRetryable() {
		return refused("refused: %s", no.Message())
	}
	return err
}
