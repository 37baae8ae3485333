package main

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/trajectory"
)

func trajectoryDiffCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "diff OLD NEW", Short: "What another trajectory would change for the running claims of one, before anything does", Args: cobra.ExactArgs(2),
		Long: `Compares, for every running claim that is pinned to OLD (id@version), what is next and what follows when nobody says anything, under OLD and under NEW: a version
that is there, or the file of one that is not yet. It tells what comes on another day, what is new and what falls away in the next 25 years, for how many claims, and
which claims cannot change now because a term of the law runs or something is under way. A claim that changes in several ways stands in several rows; the last row counts each once. A claim on hold, in dispute or stopped is compared as it waits. One that cannot
be compared is named, with why. It changes nothing.`,
		Example: "  dunning trajectory diff consumer@1 config/samples/trajectories/consumer-2.yaml\n  dunning trajectory diff consumer@1 config/samples/trajectories/consumer-2.yaml --json",
	}
	asJSON := cmd.Flags().Bool("json", false, "print one JSON object, with every claim")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		return withChange(cmd, args[0], args[1], true, func(c changing) error {
			d, err := c.diff(cmd.Context(), progressLine(cmd.ErrOrStderr(), "claims compared"))
			if err != nil {
				return err
			}
			if *asJSON {
				return json.NewEncoder(cmd.OutOrStdout()).Encode(d)
			}
			return d.print(cmd.OutOrStdout())
		})
	}
	return cmd
}

// difference is what a change of trajectory means for the running claims.
type difference struct {
	From      string        `json:"from"`
	To        string        `json:"to"`
	Running   int           `json:"running"`
	Changed   int           `json:"changed"`
	Unchanged int           `json:"unchanged"`
	Refused   int           `json:"refused"`
	Unknown   int           `json:"unknown"`
	Claims    []claimChange `json:"claims"`
}

// claimChange is what it means for one of them, or why that cannot be told.
type claimChange struct {
	ClaimID string `json:"claim"`
	Problem string `json:"problem,omitempty"`
	trajectory.Change
}

// diff compares every running claim. Its claims are in order of their ids.
func (c changing) diff(ctx context.Context, progress func(done, total int)) (difference, error) {
	d := difference{From: c.from.Policy.Pin(), To: c.to.Policy.Pin(), Claims: []claimChange{}}
	running, err := c.running(ctx)
	if err != nil {
		return d, err
	}
	err = c.walk(ctx, page, func(refs []postgres.Ref) error {
		changes, err := c.compare(ctx, refs)
		d.Claims = append(d.Claims, changes...)
		progress(len(d.Claims), max(running, len(d.Claims)))
		return err
	})
	for _, one := range d.Claims {
		switch {
		case one.Problem != "":
			d.Unknown++
		case one.Refused != nil:
			d.Refused++
		case len(one.Shifts) > 0 || one.Before != one.After:
			d.Changed++
		default:
			d.Unchanged++
		}
	}
	d.Running = len(d.Claims)
	return d, err
}

// compare reads and compares several claims at a time. One that cannot be compared says why, and the others go on.
func (c changing) compare(ctx context.Context, refs []postgres.Ref) ([]claimChange, error) {
	changes := make([]claimChange, len(refs))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(4)
	for i, ref := range refs {
		group.Go(func() error {
			file, err := c.store.CaseFile(ctx, ref)
			if err != nil {
				return err
			}
			change, err := trajectory.Compare(file.Facts, c.from, c.to, c.by().At, c.delivery.Received)
			changes[i] = claimChange{ClaimID: ref.ClaimID, Change: change}
			if err != nil {
				changes[i] = claimChange{ClaimID: ref.ClaimID, Problem: err.Error()}
			}
			return nil
		})
	}
	return changes, group.Wait()
}

// print tells it to people: how many claims, what changes, and why some cannot.
func (d difference) print(w io.Writer) error {
	_, err := fmt.Fprintf(w, "%s to %s: %d running claims; %d change, %d stay as they are, %d cannot change now\n", d.From, d.To, d.Running, d.Changed, d.Unchanged, d.Refused)
	if err != nil {
		return err
	}
	for _, one := range d.Claims {
		if one.Problem != "" {
			if _, err := fmt.Fprintf(w, "claim %s cannot be compared: %s\n", one.ClaimID, one.Problem); err != nil {
				return err
			}
		}
	}
	next, shifts, refusals := d.tallies()
	for _, t := range []struct {
		header []any
		census
	}{
		{[]any{"next now", "next then", "claims"}, next}, {[]any{"what", "change", "claims"}, shifts}, {[]any{"why not now", "until", "claims"}, refusals},
	} {
		if len(t.of) == 0 {
			continue
		}
		if _, err := fmt.Fprintln(w, fitted(widthOf(w), t.header, t.rows(), table.Row{"", "claims, each counted once", len(t.claims)})); err != nil {
			return err
		}
	}
	return nil
}

// census counts claims by what they have in common, which has two parts.
type census struct {
	of    map[[2]string]int
	ranks map[string]int // of the first parts, in the order in which they came
	// claims are those that are counted, each once: one that changes in several ways stands in a row for each.
	claims map[string]bool
}

func newCensus() census { return census{map[[2]string]int{}, map[string]int{}, map[string]bool{}} }

func (t census) add(claim, first, second string) {
	t.claims[claim] = true
	if _, known := t.ranks[first]; !known {
		t.ranks[first] = len(t.ranks)
	}
	t.of[[2]string{first, second}]++
}

// rows is by the first part, in the order in which it came. Of one, the most frequent come first.
func (t census) rows() (rows []table.Row) {
	keys := slices.SortedFunc(maps.Keys(t.of), func(a, b [2]string) int {
		return cmp.Or(cmp.Compare(t.ranks[a[0]], t.ranks[b[0]]), cmp.Compare(t.of[b], t.of[a]), cmp.Compare(a[1], b[1]))
	})
	for _, key := range keys {
		rows = append(rows, table.Row{key[0], key[1], t.of[key]})
	}
	return rows
}

// tallies counts claims: by what is next before and after, by each change of a day, and by why they cannot change. What comes soonest for a claim stands first.
func (d difference) tallies() (next, shifts, refusals census) {
	next, shifts, refusals = newCensus(), newCensus(), newCensus()
	type move struct {
		trajectory.Shift
		claim string
	}
	var moves []move
	for _, one := range slices.SortedStableFunc(slices.Values(d.Claims), func(a, b claimChange) int { return a.Before.On.Compare(b.Before.On) }) {
		switch {
		case one.Problem != "":
			continue
		case one.Refused != nil:
			refusals.add(one.ClaimID, one.Refused.Why, one.Refused.Until.String())
			continue
		case one.Before.What != one.After.What:
			next.add(one.ClaimID, one.Before.What, one.After.What)
		}
		for _, s := range kinds(one.Shifts) {
			moves = append(moves, move{s, one.ClaimID})
		}
	}
	slices.SortStableFunc(moves, func(a, b move) int { return a.First().Compare(b.First()) })
	for _, s := range moves {
		shifts.add(s.claim, s.What, moved(s.Shift))
	}
	return next, shifts, refusals
}

// kinds is each kind of shift of a claim once, the first: periodic letters are many.
func kinds(shifts []trajectory.Shift) (each []trajectory.Shift) {
	seen := map[[2]string]bool{}
	for _, s := range shifts {
		s.What = unnumbered(s.What)
		if key := [2]string{s.What, moved(s)}; !seen[key] {
			seen[key] = true
			each = append(each, s)
		}
	}
	return each
}

// unnumbered is "monitoring-letter by post" of the third: what changes for one changes for all.
func unnumbered(what string) string {
	words := strings.Fields(what)
	return strings.Join(slices.DeleteFunc(words, func(word string) bool { return strings.Trim(word, "0123456789") == "" }), " ")
}

// moved says how the day of something changes.
func moved(s trajectory.Shift) string {
	switch none := (calendar.Date{}); {
	case s.Before == none:
		return "new"
	case s.After == none:
		return "falls away"
	case s.After.After(s.Before):
		return fmt.Sprintf("%d days later", s.After.DaysSince(s.Before))
	}
	return fmt.Sprintf("%d days sooner", s.Before.DaysSince(s.After))
}
