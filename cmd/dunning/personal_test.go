package main

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/client"
	sdklog "go.temporal.io/sdk/log"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"
	"golang.org/x/sync/errgroup"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/workflows"
)

// canaries are persons that exist nowhere else.
var canaries = []string{"Kanarievogel", "Zangzaadlaan", "pietje.fluit", "NL20INGB0001234567", "Volièrebewoner", "𐌰", "kapotte-kooi", "rekening betwist wegens veren", "klacht over een lege voerbak"}

// Nothing about a person stands in Temporal's databases or in a log: not in histories, not in errors of letters that fail, not in search attributes.
func TestNoPersonalDataInTemporal(t *testing.T) {
	t.Parallel()
	o := sharedOffice(t)
	// A mail server that names the debtor in its words: those become the text of an error.
	o.stack.sink.SetWire(func(reply string) (string, bool) {
		if strings.HasPrefix(reply, "451") && strings.Contains(reply, "pietje.fluit+busy") {
			return "451 4.0.0 Kanarievogel Zes is met vakantie", true
		}
		return reply, true
	})
	refs := o.handOver(t,
		debtor{who: "consumer PRE", name: "Kanarievogel Een", street: "Zangzaadlaan 1", email: "pietje.fluit@kooi.example"},
		debtor{who: "consumer PRE", name: "Kanarievogel Twee", street: "Zangzaadlaan 2", email: "pietje.fluit+bounce@kooi.example"},
		debtor{who: "company PRE", name: "Kanarievogel Drie", street: "Zangzaadlaan 3", email: "pietje.fluit+lostafterdot@kooi.example"},
		debtor{who: "company PRE", name: "Volièrebewoner 𐌰", street: "Zangzaadlaan 4", email: "pietje.fluit4@kooi.example"},
		debtor{who: "company PRE", name: "Kanarievogel Vijf", street: "Zangzaadlaan 5", email: "pietje.fluit+rejectdata@kooi.example"},
		debtor{who: "company PRE", name: "Kanarievogel Zes", street: "Zangzaadlaan 6", email: "pietje.fluit+busy@kooi.example"},
	)
	for _, ref := range refs {
		o.started(t, ref)
	}
	steps := []string{"reminder", "reminder", "reminder", "", "reminder", "reminder"}
	var lives errgroup.Group
	for i, ref := range refs {
		if steps[i] == "" { // its name cannot be printed: an operator is asked
			due := o.state(t, ref).Next.Due.Add(time.Minute)
			lives.Go(func() error {
				_, err := o.teller.travel.MoveTo(t.Context(), workflows.ClaimID(ref.ClaimID), due)
				return err
			})
			continue
		}
		lives.Go(func() error { _, err := o.teller.letterLeft(t.Context(), ref, steps[i]); return err })
	}
	if err := lives.Wait(); err != nil {
		t.Fatal(err)
	}
	if err := poll(t.Context(), func() (bool, error) { return o.facts(t, refs[3]).Attention != nil, nil }); err != nil {
		t.Fatal(err)
	}
	by := postgres.Actor{Name: "operator kapotte-kooi", At: time.Now()}
	if err := o.store.RaiseDispute(t.Context(), refs[0], "d1", "rekening betwist wegens veren", by); err != nil {
		t.Fatal(err)
	}
	complaint := postgres.Complaint{Key: "c1", Text: "klacht over een lege voerbak", Received: calendar.DateOf(by.At), AnswerBy: calendar.DateOf(by.At)}
	if err := o.store.RecordComplaint(t.Context(), refs[0], complaint, by); err != nil {
		t.Fatal(err)
	}
	receipt := postgres.Receipt{Key: "kanarie", Amount: 100, On: o.facts(t, refs[1]).HandedOverOn, IBAN: "NL20INGB0001234567", Payer: "Kanarievogel Twee", Remittance: o.reference(t, refs[1])}
	if _, err := o.store.RecordReceipt(t.Context(), receipt, by, o.teller.rules.Rules); err != nil {
		t.Fatal(err)
	}
	if err := o.teller.heard(t.Context(), refs[0]); err != nil {
		t.Fatal(err)
	}
	repair := workflows.Repair{Key: "k1", Do: "skip", Step: "reminder", Reason: "naam Kanarievogel kan niet", Actor: "kapotte-kooi"}
	if err := o.teller.update(t.Context(), refs[3], workflows.UpdateRepair, repair); err != nil {
		t.Fatal(err)
	}
	if err := o.teller.update(t.Context(), refs[1], workflows.UpdateWithdraw, workflows.Withdraw{Price: o.price(t, refs[1]), Actor: "Kanarievogel"}); err != nil {
		t.Fatal(err)
	}
	if facts := o.facts(t, refs[2]); facts.Letters[0].State != claim.LetterUnknown {
		t.Errorf("the letter that was cut off is %s", facts.Letters[0].State)
	}
	for _, database := range []string{"temporal", "temporal_visibility"} {
		hits, cells, err := search(t.Context(), o.stack.postgres.URL(database), canaries)
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("%s: %d cells searched", database, cells)
		if len(hits) > 0 || cells < 100 {
			t.Errorf("%s: %d cells searched, found %v", database, cells, hits)
		}
	}
	for _, needle := range canaries {
		for line := range strings.Lines(o.log.String()) {
			if strings.Contains(line, needle) {
				t.Errorf("the log says %q", line)
			}
		}
	}
	if !strings.Contains(o.log.String(), "worker runs") {
		t.Error("the log that was searched is not the worker's")
	}
}

// The search above must be able to find: a payload, an id and a memo in clear text are found.
func TestPersonalDataWouldBeFound(t *testing.T) {
	t.Parallel()
	o := sharedOffice(t)
	plain, err := client.Dial(client.Options{HostPort: o.stack.config.Temporal.Address, Namespace: namespace})
	if err != nil {
		t.Fatal(err)
	}
	defer plain.Close()
	options := client.StartWorkflowOptions{ID: "plain/Ganzenveer-id", TaskQueue: "nobody", Memo: map[string]any{"who": "Ganzenveer-memo"}, StaticSummary: "Ganzenveer-summary"}
	run, err := plain.ExecuteWorkflow(t.Context(), options, "Plain", map[string]string{
		"name": "Ganzenveer-payload", "coded": base64.StdEncoding.EncodeToString([]byte("x Ganzenveer-coded y")),
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, needle := range []string{"Ganzenveer-id", "Ganzenveer-memo", "Ganzenveer-summary", "Ganzenveer-payload", "Ganzenveer-coded"} {
		hits, _, err := search(t.Context(), o.stack.postgres.URL("temporal"), []string{needle})
		if err != nil {
			t.Fatal(err)
		}
		if len(hits) == 0 {
			t.Errorf("%s is there and was not found", needle)
		}
	}
	if err := plain.TerminateWorkflow(t.Context(), run.GetID(), run.GetRunID(), "found"); err != nil {
		t.Fatal(err)
	}
}

// The text of a failure is encrypted too, whatever it says: here of a workflow and its activity, on the connection that the worker uses.
func TestFailuresAreEncrypted(t *testing.T) {
	t.Parallel()
	o := sharedOffice(t)
	plain, err := client.Dial(client.Options{HostPort: o.stack.config.Temporal.Address, Namespace: namespace, Logger: sdklog.NewStructuredLogger(silent)})
	if err != nil {
		t.Fatal(err)
	}
	defer plain.Close()
	for i, c := range []client.Client{plain, o.temporal} {
		needle, queue := fmt.Sprintf("Eidereend-%d", i), fmt.Sprintf("failing-%d", i)
		w := worker.New(c, queue, worker.Options{})
		w.RegisterActivityWithOptions(func() error { return temporal.NewNonRetryableApplicationError(needle, "Fault", nil) }, activity.RegisterOptions{Name: "Fail"})
		w.RegisterWorkflowWithOptions(failing, workflow.RegisterOptions{Name: "Fail"})
		if err := w.Start(); err != nil {
			t.Fatal(err)
		}
		run, err := c.ExecuteWorkflow(t.Context(), client.StartWorkflowOptions{TaskQueue: queue}, "Fail")
		if err != nil {
			t.Fatal(err)
		}
		if err := run.Get(t.Context(), nil); err == nil || !strings.Contains(err.Error(), needle) {
			t.Errorf("the workflow ended with %v", err)
		}
		w.Stop()
		hits, _, err := search(t.Context(), o.stack.postgres.URL("temporal"), []string{needle})
		if err != nil {
			t.Fatal(err)
		}
		if inClear := len(hits) > 0; inClear != (c == plain) {
			t.Errorf("found %v", hits)
		}
	}
}

func failing(ctx workflow.Context) error {
	ctx = workflow.WithActivityOptions(ctx, workflow.ActivityOptions{StartToCloseTimeout: time.Minute})
	return workflow.ExecuteActivity(ctx, "Fail").Get(ctx, nil)
}

// search looks for needles in every column of every table of a database, as UTF-8 and as base64 at any offset.
func search(ctx context.Context, url string, needles []string) (hits []string, cells int, err error) {
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return nil, 0, err
	}
	defer func() { _ = conn.Close(context.Background()) }()
	rows, err := conn.Query(ctx, `SELECT format('%I.%I', schemaname, tablename) FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')`)
	if err != nil {
		return nil, 0, err
	}
	tables, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return nil, 0, err
	}
	var forms [][]byte
	for _, needle := range needles {
		forms = append(forms, spellings(needle)...)
	}
	for _, table := range tables {
		rows, err := conn.Query(ctx, `SELECT * FROM `+table)
		if err != nil {
			return nil, 0, err
		}
		for rows.Next() {
			for i, raw := range rows.RawValues() { // text and bytea come as they are
				cells++
				for _, form := range forms {
					if bytes.Contains(raw, form) {
						hits = append(hits, fmt.Sprintf("%s.%s has %q", table, rows.FieldDescriptions()[i].Name, form))
					}
				}
			}
		}
		if err := rows.Err(); err != nil {
			return nil, 0, err
		}
	}
	return hits, cells, nil
}

// spellings are the ways in which a text may stand in a column: as it is, or within base64, whatever stands before it.
func spellings(needle string) [][]byte {
	forms := [][]byte{[]byte(needle)}
	for before := range 3 {
		coded := base64.StdEncoding.EncodeToString(append(make([]byte, before), needle...))
		coded = strings.TrimRight(coded, "=")
		forms = append(forms, []byte(coded[(before*8+5)/6:len(coded)-1])) // the characters at the ends belong to the neighbours as well
	}
	return forms
}
