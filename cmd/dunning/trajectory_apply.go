package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/trajectory"
)

// applied is which claims change their trajectory, and how.
type applied struct {
	claims, reason    string
	all, back, asJSON bool
	batch             int
	pause             time.Duration
}

func trajectoryApplyCommand() *cobra.Command {
	var a applied
	cmd := &cobra.Command{
		Use: "apply OLD NEW", Short: "Change running claims from one trajectory to another, or back", Args: cobra.ExactArgs(2),
		Long: `Pins running claims of OLD (id@version) to NEW: those that a file names, one a line (by id, dossier number, reference or invoice number), or all. Every worker must know NEW first: what none started with is refused. Each claim is one transaction
with who, when and why in its case file, and its workflow is woken. A step that was done under OLD is done under NEW, by its name or by its letter, so nothing is sent twice.
A claim of which a term of the law runs, or something is under way, is refused and named: it can be changed later, with the same command.

It can be stopped at any moment and started again: claims that have changed are left alone. --back takes the claims that came from OLD back to it, also those that need attention, as when no worker knows NEW any more: what could not be done is decided anew.

To try it: hand the sample portfolio over in dunning dev, whose claims of consumers get consumer@1, stop it, and start it again as
DUNNING_POLICY_TRAJECTORIES_DIR=config/samples/trajectories dunning dev, which knows consumer@2 too. New claims get the newest version that is known.`,
		Example: "  dunning trajectory apply consumer@1 consumer@2 --all --reason 'more time to pay' --batch 200 --pause 2s\n  dunning trajectory apply consumer@1 consumer@2 --claims config/samples/pilot.txt --reason pilot\n  dunning trajectory apply consumer@1 consumer@2 --all --back --reason 'the pilot is over'",
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := a.check(); err != nil {
				return err
			}
			from, to := args[0], args[1]
			if a.back {
				from, to = to, from
			}
			return withChange(cmd, from, to, false, func(c changing) error {
				if err := c.known(cmd.Context()); err != nil {
					return err
				}
				return a.run(cmd, c)
			})
		},
	}
	cmd.Flags().StringVar(&a.claims, "claims", "", "file with what names the claims to change, one a line")
	cmd.Flags().BoolVar(&a.all, "all", false, "change every running claim")
	cmd.Flags().BoolVar(&a.back, "back", false, "take back the claims that came from OLD")
	cmd.Flags().IntVar(&a.batch, "batch", 200, "how many claims are changed before a pause")
	cmd.Flags().DurationVar(&a.pause, "pause", 0, "how long to wait between batches, so that workers keep up")
	cmd.Flags().BoolVar(&a.asJSON, "json", false, "print one JSON object")
	reasonFlag(cmd)
	cmd.PreRunE = func(cmd *cobra.Command, _ []string) error {
		a.reason = strings.TrimSpace(flag(cmd, "reason"))
		return nil
	}
	return cmd
}

func (a applied) check() error {
	switch {
	case a.all == (a.claims != ""):
		return refused("--claims or --all: right would be one of them")
	case a.reason == "":
		return refused("--reason: a change of trajectory has a reason")
	case a.batch < 1:
		return refused("--batch: %d is less than 1", a.batch)
	case a.pause < 0:
		return refused("--pause: %s is less than nothing", a.pause)
	}
	return nil
}

// migration is what became of the claims.
type migration struct {
	From    string       `json:"from"`
	To      string       `json:"to"`
	Changed int          `json:"changed"`
	Alone   int          `json:"left_alone"` // changed before, or never came from where they would go back to
	Refused []notChanged `json:"refused"`
	Stopped bool         `json:"stopped"` // before the end
}

// seen is how many claims it came to.
func (r migration) seen() int { return r.Changed + r.Alone + len(r.Refused) }

// notChanged is a claim that could not be changed.
type notChanged struct {
	ClaimID string `json:"claim"`
	trajectory.Refusal
}

func (a applied) run(cmd *cobra.Command, c changing) error {
	began := time.Now()
	r := migration{From: c.from.Policy.Pin(), To: c.to.Policy.Pin(), Refused: []notChanged{}}
	err := a.each(cmd.Context(), c, progressLine(cmd.ErrOrStderr(), "claims"), &r)
	if r.Stopped = errors.Is(err, context.Canceled); err != nil && !r.Stopped {
		return err
	}
	if a.asJSON {
		err = json.NewEncoder(cmd.OutOrStdout()).Encode(r)
	} else {
		err = r.print(cmd.OutOrStdout(), time.Since(began))
	}
	switch {
	case err != nil:
		return err
	case r.Stopped:
		return errors.New("stopped: the same command goes on")
	case len(r.Refused) > 0 && len(r.Refused) == r.seen():
		return refused("none of the claims can change now: the same command can later")
	}
	return nil
}

// each changes the chosen claims, batch by batch.
func (a applied) each(ctx context.Context, c changing, progress func(done, total int), r *migration) error {
	batch := func(refs []postgres.Ref, total int) error {
		if err := a.rest(ctx, *r); err != nil {
			return err
		}
		err := a.changeBatch(ctx, c, refs, r)
		progress(r.seen(), max(r.seen(), total))
		return err
	}
	if a.all {
		total, err := c.running(ctx)
		if err != nil {
			return err
		}
		return c.walk(ctx, a.batch, func(refs []postgres.Ref) error { return batch(refs, total) })
	}
	refs, err := claimsIn(ctx, c.store, a.claims)
	if err != nil {
		return err
	}
	for part := range slices.Chunk(refs, a.batch) {
		if err := batch(part, len(refs)); err != nil {
			return err
		}
	}
	return nil
}

// rest pauses between two batches, or until the command is stopped.
func (a applied) rest(ctx context.Context, r migration) error {
	if r.seen() == 0 {
		return nil
	}
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(a.pause):
		return nil
	}
}

// changeBatch changes some claims. It stops between two claims.
func (a applied) changeBatch(ctx context.Context, c changing, refs []postgres.Ref, r *migration) error {
	for _, ref := range refs {
		changed, no, err := c.change(ctx, ref, a.reason, a.back)
		switch {
		case errors.Is(err, postgres.ErrNeverCame):
			r.Alone++
		case err != nil:
			return errors.Join(ctx.Err(), err)
		case no != nil:
			r.Refused = append(r.Refused, notChanged{ref.ClaimID, *no})
		case changed:
			r.Changed++
		default:
			r.Alone++
		}
	}
	return nil
}

// claimsIn reads what names claims, one a line; what comes after a # that begins a word is a remark. All are looked up before any is changed.
func claimsIn(ctx context.Context, store *postgres.Store, name string) (refs []postgres.Ref, err error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, unreadable("--claims: %w", err)
	}
	defer func() { _ = file.Close() }() // it was read
	lines := bufio.NewScanner(file)
	for line := 1; lines.Scan(); line++ {
		text, _, _ := strings.Cut(" "+strings.ReplaceAll(lines.Text(), "\t", " "), " #")
		if text = strings.TrimSpace(text); text == "" {
			continue
		}
		ref, err := claimNamed(ctx, store, text)
		if err != nil {
			return nil, fmt.Errorf("--claims: %s: line %d: %w", name, line, err)
		}
		refs = append(refs, ref)
	}
	if err := lines.Err(); err != nil || len(refs) > 0 {
		return refs, err
	}
	return nil, refused("--claims: %s: it names no claims; right would be one a line", name)
}

func (r migration) print(w io.Writer, took time.Duration) error {
	speed := ""
	if r.Changed > 0 {
		speed = fmt.Sprintf(" in %s, %.0f a second", took.Round(100*time.Millisecond), float64(r.Changed)/took.Seconds())
	}
	if _, err := fmt.Fprintf(w, "%s to %s: %d claims changed%s; %d left alone, %d refused\n", r.From, r.To, r.Changed, speed, r.Alone, len(r.Refused)); err != nil || len(r.Refused) == 0 {
		return err
	}
	rows := make([]table.Row, len(r.Refused))
	for i, no := range r.Refused {
		rows[i] = table.Row{no.ClaimID, no.Why, no.Until}
	}
	_, err := fmt.Fprintln(w, fitted(widthOf(w), table.Row{"claim", "why not now", "until"}, rows, nil))
	return err
}
