package outbox_test

import (
	"maps"
	"slices"
	"testing"

	"go.temporal.io/api/enums/v1"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/outbox"
	"github.com/incassocenter/dunning/internal/postgres"
)

// sign starts the agreement of the rig's client.
func (r *rig) sign() postgres.AgreementRef {
	r.Helper()
	f, err := r.StartAgreement(r.Context(), r.client, today, by)
	ok(r, err)
	return postgres.AgreementRef{ClientID: f.ClientID, AgreementID: f.AgreementID}
}

// runOf gives the run and the status of an agreement's workflow.
func (r *rig) runOf(ref postgres.AgreementRef) (string, enums.WorkflowExecutionStatus) {
	r.Helper()
	d, err := r.temporal.DescribeWorkflowExecution(r.Context(), "agreement/"+ref.AgreementID, "")
	ok(r, err)
	return d.GetWorkflowExecutionInfo().GetExecution().GetRunId(), d.GetWorkflowExecutionInfo().GetStatus()
}

func (r *rig) heardOf(ref postgres.AgreementRef) (keys []string) {
	r.Helper()
	value, err := r.temporal.QueryWorkflow(r.Context(), "agreement/"+ref.AgreementID, "", "heard")
	ok(r, err)
	ok(r, value.Get(&keys))
	return slices.Compact(keys)
}

func TestAnAgreementIsStartedAndWokenHoweverOftenItIsDelivered(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.work()
	ref := r.sign()
	r.deliver()
	run, _ := r.runOf(ref)
	_, _, err := r.RecordNotice(t.Context(), r.client, today, true, by)
	ok(t, err)
	r.exec(`UPDATE outbox SET delivered_at = NULL`)
	r.deliver()
	want := []string{"agreement-changed notice:2026-11-03-registered", "agreement-changed started"}
	r.eventually("both are heard", func() bool { return slices.Equal(slices.Compact(slices.Sorted(slices.Values(r.heardOf(ref)))), want) })
	if again, status := r.runOf(ref); again != run || status != enums.WORKFLOW_EXECUTION_STATUS_RUNNING {
		t.Errorf("run %s, %s; was %s", again, status, run)
	}
	d, err := r.temporal.DescribeWorkflow(t.Context(), "agreement/"+ref.AgreementID, "")
	ok(t, err)
	if owner, _ := d.TypedSearchAttributes.GetKeyword(r.relay.Target.ClientKey); owner != r.client {
		t.Errorf("client %q", owner)
	}
}

func TestSweeperWakesAgreements(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.work()
	ref := r.sign()
	r.deliver()
	later := func() {
		r.exec(`UPDATE agreement SET seen_version = version, changed_at = changed_at - interval '3 minutes', checked_at = checked_at - interval '25 hours'`)
		r.exec(`UPDATE outbox SET created_at = created_at - interval '11 minutes'`)
	}
	for _, c := range []struct {
		name string
		harm func()
		want outbox.Finding
	}{
		{"all is well", func() {}, ""},
		{"a lost wake-up", func() {
			r.exec(`UPDATE agreement SET version = version + 1`)
		}, outbox.LostWakeUp},
		{"ended from outside", func() {
			ok(t, r.temporal.TerminateWorkflow(t.Context(), "agreement/"+ref.AgreementID, "", "test"))
		}, outbox.DeadWorkflow},
		{"never started", func() {
			other, err := r.SaveClient(t.Context(), postgres.Client{Code: r.client[:8], Plan: "basis", Party: postgres.Party{Name: "B", Street: "K 1", Postcode: "3011 AB", Town: "R", Email: "b@client.example", Language: "nl"}})
			ok(t, err)
			f, err := r.StartAgreement(t.Context(), other, calendar.MustParseDate("2026-01-01"), by)
			ok(t, err)
			ref = postgres.AgreementRef{ClientID: other, AgreementID: f.AgreementID}
			r.exec(`DELETE FROM outbox WHERE agreement_id = $1`, ref.AgreementID)
			r.exec(`UPDATE agreement SET changed_at = changed_at - interval '3 minutes' WHERE id = $1`, ref.AgreementID)
		}, outbox.NoWorkflow},
	} {
		later()
		c.harm()
		want := map[outbox.Finding]int{}
		if c.want != "" {
			want[c.want] = 1
		}
		if found := r.sweep(); !maps.Equal(found, want) {
			t.Errorf("%s: found %v", c.name, found)
		}
		if found := r.sweep(); len(found) != 0 {
			t.Errorf("%s: again at once: %v", c.name, found)
		}
		r.deliver()
		if _, status := r.runOf(ref); status != enums.WORKFLOW_EXECUTION_STATUS_RUNNING {
			t.Errorf("%s: %s", c.name, status)
		}
	}
}
