package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/converter"

	"github.com/incassocenter/dunning/internal/devstack"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/workflows"
)

// fetch is what a server says to GET, in one line.
func fetch(t *testing.T, url string) string {
	t.Helper()
	response, err := http.Get(url)
	if err != nil {
		return err.Error()
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.Status + ": " + string(body)
}

// says waits until a server says something that matches.
func says(t *testing.T, url, want string) string {
	t.Helper()
	var got string
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if err := poll(ctx, func() (bool, error) {
		got = fetch(t, url)
		return regexp.MustCompile(want).MatchString(got), nil
	}); err != nil {
		t.Fatalf("%s does not say %q but:\n%s", url, want, got)
	}
	return got
}

// What an operator and Prometheus see of a worker: in good days, with claims that need somebody, and while the services around it fail one by one.
func TestOperatorSeesTheWorker(t *testing.T) {
	t.Parallel()
	o := ownOffice(t, map[string]string{"outbox.interval": "50ms"})
	url := "http://" + o.stack.config.HTTP.Listen
	o.work()
	says(t, url+"/readyz", `^200 OK: ready`)
	says(t, url+"/metrics", `(?m)^dunning_claims_attention(\{.*\})? 0$`)

	refs := o.handOver(t, debtor{who: "consumer BAS"}, debtor{who: "company BAS", email: "terug+bounce@debiteur.example"}, debtor{who: "company BAS", name: "𐌰 onleesbaar"})
	for _, ref := range refs {
		o.started(t, ref)
		if _, err := o.teller.travel.MoveTo(t.Context(), workflows.ClaimID(ref.ClaimID), o.state(t, ref).Next.Due.Add(time.Minute)); err != nil {
			t.Fatal(err)
		}
	}
	says(t, url+"/metrics", `(?m)^dunning_claims_attention(\{.*\})? 1$`)
	says(t, url+"/metrics", `(?m)^dunning_letters_total\{channel="email",(.*,)?outcome="accepted"(,.*)?\} 1$`)
	says(t, url+"/metrics", `(?m)^dunning_letters_total\{channel="email",(.*,)?outcome="failed"(,.*)?\} 1$`)
	says(t, url+"/metrics", `(?m)^dunning_outbox_waiting(\{.*\})? 0$`)
	if _, err := o.store.OpenTask(t.Context(), refs[0], "answer-complaint:c1", "answer it", operator()); err != nil {
		t.Fatal(err)
	}
	says(t, url+"/metrics", `(?m)^dunning_tasks_open\{kind="answer-complaint"(,.*)?\} 1$`)
	figures := says(t, url+"/metrics", `(?m)^temporal_workflow_task_execution_latency`)
	for line := range strings.Lines(figures) {
		if regexp.MustCompile(`claim/|[0-9a-f]{8}-[0-9a-f]{4}-|debiteur|onleesbaar`).MatchString(line) {
			t.Errorf("names a claim or a debtor: %s", line)
		}
	}

	o.stack.temporal.Kill()
	o.handOver(t, debtor{who: "consumer BAS"})
	says(t, url+"/readyz", `^503 .*: Temporal does not answer`)
	figures = says(t, url+"/metrics", `(?m)^dunning_outbox_waiting(\{.*\})? 1$`)
	if !regexp.MustCompile(`(?m)^dunning_outbox_oldest_seconds(\{.*\})? \d`).MatchString(figures) || strings.Contains(figures, "dunning_claims_attention") {
		t.Errorf("want the age of what waits, and no claim count from a Temporal that is gone:\n%s", figures)
	}
	if err := o.stack.postgres.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	says(t, url+"/readyz", `^503 .*: the database does not answer`)
	says(t, url+"/livez", `^200 OK: alive`)
}

// A second worker on one machine must not take work that it cannot be watched at.
func TestAddressInUseEndsTheWorker(t *testing.T) {
	t.Parallel()
	o := sharedOffice(t)
	says(t, "http://"+o.stack.config.HTTP.Listen+"/livez", "alive")
	var log journal
	err := runWorker(t.Context(), o.stack.config, slog.New(slog.NewTextHandler(&log, nil)))
	if err == nil || !strings.Contains(err.Error(), "http.listen: listen tcp "+o.stack.config.HTTP.Listen+": bind: address already in use") {
		t.Errorf("got %v", err)
	}
	if strings.Contains(log.String(), "Started Worker") {
		t.Errorf("it took work:\n%s", log.String())
	}
}

// What a worker knows is told before it takes work, so that claims are pinned to nothing else.
func TestAWorkerTellsWhichTrajectoriesItKnows(t *testing.T) {
	t.Parallel()
	o := sharedOffice(t)
	says(t, "http://"+o.stack.config.HTTP.Listen+"/livez", "alive")
	known, err := o.store.KnownTrajectories(t.Context())
	if consumer, _ := o.teller.rules.Policy("consumer@1"); err != nil || len(known) != 2 || consumer.KnownTo(known) != nil {
		t.Errorf("known are %v (%v)", known, err)
	}
}

// What dunning dev --print-env gives lets Temporal's own command line read a claim: without it payloads are noise.
func TestCommandLineOfTemporalReadsAClaim(t *testing.T) {
	t.Parallel()
	listen, err := devstack.FreePort()
	if err != nil {
		t.Fatal(err)
	}
	o := ownOffice(t, map[string]string{"outbox.interval": "50ms", "codec.endpoint_listen": listen, "codec.ui_origin": "http://127.0.0.1:8233"})
	o.work()
	ref := o.handOver(t, debtor{who: "consumer BAS"})[0]
	o.started(t, ref)
	env, err := os.ReadFile(filepath.Join(o.stack.dir, "env"))
	if err != nil {
		t.Fatal(err)
	}
	variable := func(name string) string {
		found := regexp.MustCompile(`(?m)^export ` + name + `="(.*)"$`).FindSubmatch(env)
		if found == nil {
			t.Fatalf("no %s in:\n%s", name, env)
		}
		return string(found[1])
	}
	plain, err := client.Dial(client.Options{HostPort: variable("TEMPORAL_ADDRESS"), Namespace: variable("TEMPORAL_NAMESPACE"), Logger: silent})
	if err != nil {
		t.Fatal(err)
	}
	defer plain.Close()
	first, err := plain.GetWorkflowHistory(t.Context(), workflows.ClaimID(ref.ClaimID), "", false, 0).Next()
	if err != nil {
		t.Fatal(err)
	}
	input := first.GetWorkflowExecutionStartedEventAttributes().GetInput()
	if bytes.Contains(input.GetPayloads()[0].GetData(), []byte(ref.ClaimID)) {
		t.Error("the input is stored in clear text")
	}
	endpoint := func(authorization string) converter.PayloadCodec {
		return converter.NewRemotePayloadCodec(converter.RemotePayloadCodecOptions{Endpoint: variable("TEMPORAL_CODEC_ENDPOINT"), ModifyRequest: func(r *http.Request) error {
			r.Header.Set("Authorization", authorization)
			return nil
		}})
	}
	if _, err := endpoint("").Decode(input.GetPayloads()); err == nil {
		t.Error("the endpoint decodes for everybody")
	}
	decoded, err := endpoint(variable("TEMPORAL_CODEC_AUTH")).Decode(input.GetPayloads())
	if err != nil {
		t.Fatal(err)
	}
	var in workflows.ClaimInput
	if err := json.Unmarshal(decoded[0].GetData(), &in); err != nil || (postgres.Ref{ClientID: in.ClientID, ClaimID: in.ClaimID}) != ref {
		t.Errorf("decoded %+v, %v, want %+v", in, err, ref)
	}
}
