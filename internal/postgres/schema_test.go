package postgres_test

import (
	"cmp"
	"context"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/incassocenter/dunning/internal/agreement"
	"github.com/incassocenter/dunning/internal/bank"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/law"
	"github.com/incassocenter/dunning/internal/ledger"
	"github.com/incassocenter/dunning/internal/matching"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/settlement"
	"github.com/incassocenter/dunning/internal/testkit"
	"github.com/incassocenter/dunning/internal/trajectory"
)

func list[T ~string](values []T) []string {
	texts := make([]string, len(values))
	for i, v := range values {
		texts[i] = string(v)
	}
	slices.Sort(texts)
	return texts
}

func stopKinds() []string {
	var kinds []string
	for _, stop := range claim.Stops() {
		kinds = append(kinds, stop.Kind)
	}
	return list(kinds)
}

func billedKinds() []string {
	kinds := []string{postgres.BilledAgreed, postgres.BilledCourt}
	for _, x := range settlement.Exceptions() {
		kinds = append(kinds, x.Kind())
	}
	for _, work := range settlement.LegalWork() {
		kinds = append(kinds, string(work))
	}
	return list(kinds)
}

// findings are what any register can say.
func findings() []string {
	var all []claim.Finding
	for _, register := range claim.Registers() {
		all = append(all, register.Findings()...)
	}
	return slices.Compact(list(all))
}

func TestSchemaRepeatsTheListsOfTheDomain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for column, want := range map[string][]string{
		"claim.status":                  list(claim.Statuses()),
		"claim.consumer_sale_corrected": list(claim.Sales()),
		"settlement.kind":               list(claim.SettlementKinds()),
		"letter.state":                  list(claim.LetterStates()),
		"letter.channel":                {trajectory.ChannelEmail, trajectory.ChannelPost},
		"pause.kind":                    list([]claim.PauseKind{claim.PauseDispute, claim.PauseHold}),
		"claim.decision":                list([]claim.Choice{claim.ChooseClose, claim.ChooseCourt, claim.ChooseMonitoring}),
		"flag.kind":                     {claim.FlagAddressUnknown, claim.FlagEmailBounced},
		"stop_flag.kind":                stopKinds(),

		"client_request.kind":     list(claim.RequestKinds()),
		"client_request.answer":   list(claim.Answers()),
		"billable.kind":           billedKinds(),
		"journal.kind":            list(ledger.Kinds()),
		"journal.book":            list(ledger.Books()),
		"register_check.register": list(claim.Registers()),
		"register_check.found":    findings(),
		"claim_document.kind":     list(claim.DocumentKinds()),
		"claim_document.media":    list(claim.MediaTypes()),
		"claim.closing_because":   list(claim.Endings()),
		"court_step.stage":        list(claim.CourtStages()),
		"statement.state":         list([]postgres.StatementState{postgres.StatementBooked, postgres.StatementDropped, postgres.StatementHeld, postgres.StatementKnown}),
		"statement_entry.kind":    list(bank.LineKinds()),
		"receipt_match.outcome":   list([]matching.Outcome{matching.Automatic, matching.Suggested, matching.Queued}),
		"match_block.kind":        list([]string{postgres.BlockedPayer, postgres.BlockedRule}),
		"payout_step.status":      list(settlement.PayoutStatuses()),
		"payout_line.kind":        list([]settlement.PayoutKind{settlement.PayoutToClient, settlement.PayoutOfFees, settlement.PayoutOfRefund}),
		"bill.kind":               list(settlement.BillKinds()),
		"bill_line.what":          list(settlement.BillFors()),
		"bill_payment.kind":       {postgres.BillCollected, postgres.BillMoved, postgres.BillPaid, postgres.BillRepaid, postgres.BillReturned, postgres.BillSetOff, postgres.BillUndone},
		"debit_step.status":       list(settlement.DebitStatuses()),
		"bill_paper.form":         {postgres.PaperPDF, postgres.PaperUBL},
		"client.court_party":      list([]law.Party{law.LegalPerson, law.NaturalPerson, law.Indigent}),
	} {
		table, name, _ := strings.Cut(column, ".")
		check := query[string](w, `SELECT pg_get_constraintdef(c.oid) FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.conrelid AND c.conkey = ARRAY[a.attnum]
			WHERE c.contype = 'c' AND c.conrelid = $1::regclass AND a.attname = $2`, table, name)
		var got []string
		for _, m := range regexp.MustCompile(`'([^']*)'::text`).FindAllStringSubmatch(check, -1) {
			got = append(got, m[1])
		}
		if slices.Sort(got); !slices.Equal(got, want) {
			t.Errorf("%s: the schema allows %v, the domain %v", column, got, want)
		}
	}
}

// withoutTenant are the tables that no policy guards: the chart of accounts, ids only, a page of Temporal's, what trajectories say, and goose's own.
var withoutTenant = []string{"account", "goose_db_version", "outbox", "sweep", "trajectory_content", "trajectory_start"}

func TestEveryTableIsHeldByItsTenant(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	rows, err := w.super.Query(t.Context(), `
		SELECT c.relname, c.relrowsecurity AND c.relforcerowsecurity, COALESCE(pg_get_expr(p.polqual, c.oid), ''), COALESCE(pg_get_expr(p.polwithcheck, c.oid), ''),
			COALESCE(p.polcmd = '*' AND p.polroles = ARRAY['dunning_app'::regrole::oid], false),
			(SELECT count(*) FROM pg_policy o WHERE o.polrelid = c.oid AND o.polroles && ARRAY['dunning_app'::regrole::oid, 0::oid])
		FROM pg_class c LEFT JOIN pg_policy p ON p.polrelid = c.oid AND p.polname = 'tenant'
		WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'f')`)
	ok(t, err)
	const alike = "(NOT (client_id IS DISTINCT FROM tenant()))" // without a tenant what is of no client
	agency := "((tenant() IS NULL) OR agencys_alone())"         // of no client: to ask as one is an error
	own := map[string]string{
		"payout_loss": agency, "payout_refusal": agency, "payout_report": agency, "loss_approval": agency, "return_charge": agency, "own_undone": agency, "statement": agency, "statement_entry": agency, "statement_batch": agency, "receipt_match": agency, "receipt_rejection": agency, "match_block": agency, "refund": "((client_id IS NULL) OR (client_id = tenant()))",
		"journal": alike, "entry": alike, "client": "(id = tenant())", "receipt": "((client_id IS NULL) OR (client_id = tenant()))",
		"payout_line": alike, "payout_part": alike, "payout_step": alike, "payout": agency, "payout_approval": agency, "payout_file": agency, "approver": agency,
		"debit_run": agency, "debit_file": agency, "session_work": "(tenant() IS NULL)",
	}
	var table, using, check string
	var forced, whole bool
	var policies int
	_, err = pgx.ForEachRow(rows, []any{&table, &forced, &using, &check, &whole, &policies}, func() error {
		want := own[table]
		if want == "" {
			want = "(client_id = tenant())"
		}
		checks := strings.ReplaceAll(want, agency, "(tenant() IS NULL)")
		if !slices.Contains(withoutTenant, table) && (!forced || !whole || policies != 1 || using != want || check != checks) {
			t.Errorf("%s: forced row security %v, for everything the application does %v, %d policies; using %s, check %s", table, forced, whole, policies, using, check)
		}
		return nil
	})
	ok(t, err)
}

func TestApplicationRoleOwnsAndDestroysNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	if n := query[int](w, `SELECT (SELECT count(*) FROM pg_class WHERE relowner = 'dunning_app'::regrole) + (SELECT count(*) FROM pg_proc WHERE proowner = 'dunning_app'::regrole)
		+ (SELECT count(*) FROM pg_namespace WHERE nspowner = 'dunning_app'::regrole) + (SELECT count(*) FROM pg_database WHERE datdba = 'dunning_app'::regrole)`); n != 0 {
		t.Errorf("it owns %d things", n)
	}
	if bad := query[bool](w, `SELECT rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR has_schema_privilege('dunning_app', 'public', 'CREATE') FROM pg_roles WHERE rolname = 'dunning_app'`); bad {
		t.Error("it may do more than read and write rows")
	}
	may := func(privilege string) string {
		return query[string](w, `SELECT COALESCE(string_agg(relname, ' ' ORDER BY relname), '') FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
			AND has_table_privilege('dunning_app', oid, $1)`, privilege)
	}
	for privilege, want := range map[string]string{
		"TRUNCATE": "", "REFERENCES": "", "TRIGGER": "", "DELETE": "flag outbox session_work",
		"UPDATE": "claim client debtor letter outbox pause sweep task", // a receipt: its claim only
	} {
		if got := may(privilege); got != want {
			t.Errorf("%s on %q, want %q", privilege, got, want)
		}
	}
	if open := query[int](w, `SELECT count(*) FROM pg_proc p, aclexplode(COALESCE(proacl, acldefault('f', proowner))) a WHERE pronamespace = 'public'::regnamespace AND a.grantee = 0`); open != 0 {
		t.Errorf("anybody may run %d functions", open)
	}
}

func TestHistoryCannotBeChanged(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ref := w.open()
	ok(t, w.RecordSettlement(t.Context(), ref, claim.Settlement{Key: "s", Kind: claim.PaidToClient, On: today, Amount: eur("1.00")}, at(today), w.lib.Rules))
	ok(t, w.RecordComplaint(t.Context(), ref, rude, at(today)))
	_, err := w.ReverseSettlement(t.Context(), ref, "s", "storno", at(today), w.lib.Rules)
	ok(t, err)
	business := w.open(func(c *postgres.NewClaim) { c.Debtor.Kind = company })
	ok(t, w.RecordInformationCost(t.Context(), business, claim.InformationCost{Key: "k", On: today, Amount: eur("7.50")}, "extract", at(today)))
	_, err = w.ReverseInformationCost(t.Context(), business, "k", "of another", at(today), w.lib.Rules)
	ok(t, err)
	ok(t, w.promise(ref, "p", "1.00", today.AddDays(7)))
	ok(t, w.arrange(ref, "a", 2, today.AddDays(7)))
	ok(t, w.RecordInterruption(t.Context(), ref, postgres.Interruption{Key: "i", How: "registered letter", On: today}, at(today)))
	w.monitored(ref)
	w.asks(ref, said(0, 1, "address none"))
	w.agreed("")
	ok(t, second(w.AddDocument(t.Context(), ref, paper("an invoice", claim.InvoiceDocument), at(today))))
	ok(t, w.RegisterTrajectories(t.Context(), map[string]string{"consumer@1": strings.Repeat("a", 64)}))
	ok(t, w.RecordRequest(t.Context(), ref, asks("q", claim.RequestDocuments), at(today)))
	charged := w.open()
	ok(t, w.RecordException(t.Context(), charged, noWord(commission), at(today), w.lib.Rules))
	ok(t, w.ReverseBillable(t.Context(), charged, "commission:"+charged.ClaimID, "a mistake", at(today)))
	w.invoiced()
	w.collectionFailed()
	w.payoutSent()
	w.plantKept(ref)
	ok(t, second(w.SetBlock(t.Context(), postgres.Block{Kind: postgres.BlockedRule, Name: "number", Blocked: true, Reason: "r", By: "b", At: at(today).At})))
	before, withoutKey := w.counts(), map[string]string{"match_block": "name", "payout": "holder", "payout_line": "name", "payout_part": "end_to_end_id", "payout_approval": "hash", "payout_file": "actor", "payout_step": "actor", "client_account": "holder", "client_account_approval": "iban", "account": "name", "entry": "account", "agreement_plan": "plan", "agreement_year": "plan", "register_check": "register", "bill": "number", "bill_paper": "form", "payout_set_off": "number", "payout_kept_told": "end_to_end_id", "kept_back": "actor", "mandate": "umr", "mandate_account": "iban", "mandate_end": "reason", "debit_run": "actor", "debit_file": "actor", "debit": "umr", "debit_part": "number", "debit_step": "actor", "debit_retry": "reason", "trajectory_content": "pin", "trajectory_start": "pin"}
	for _, table := range []string{
		"billable", "billable_reversal", "case_event", "settlement", "settlement_reversal", "complaint", "information_cost", "information_cost_reversal", "promise", "arrangement", "instalment",
		"payout", "payout_line", "payout_part", "payout_approval", "payout_file", "payout_step", "client_account", "client_account_approval", "client_account_block",
		"bill", "bill_line", "bill_paper", "bill_waiver", "bill_payment", "payout_set_off", "payout_kept_told", "kept_back",
		"mandate", "mandate_account", "mandate_end", "debit_run", "debit_file", "debit", "debit_part", "debit_step", "debit_retry",
		"account", "journal", "entry", "agreement_event", "agreement_plan", "agreement_year", "sticker_order", "client_request", "agreement_notice", "agreement_task", "interruption", "register_check", "trajectory_content", "trajectory_start", "claim_document", "match_block",
	} {
		text := cmp.Or(withoutKey[table], "key")
		for _, sql := range []string{"UPDATE " + table + " SET " + text + " = " + text + " || 'x'", "DELETE FROM " + table, "TRUNCATE " + table + " CASCADE"} {
			if _, err := w.db.App.Exec(t.Context(), sql); code(err) != "42501" {
				t.Errorf("the application: %s: %v", sql, err)
			}
			if _, err := w.super.Exec(t.Context(), sql); err == nil || !strings.Contains(err.Error(), "append-only") {
				t.Errorf("the superuser: %s: %v", sql, err)
			}
		}
	}
	if after := w.counts(); after != before {
		t.Errorf("%s; was %s", after, before)
	}
}

// What was answered, taken back or done by a person stays so, also for the application, which may fill it in once.
func TestWhatWasAnsweredStands(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx, by, ref := t.Context(), at(today), w.open()
	ok(t, w.RecordRequest(ctx, ref, asks("q", claim.RequestDocuments), by))
	ok(t, w.AnswerRequest(ctx, ref, "q", claim.AnswerGiven, "it came", by))
	agreed := w.agreed("")
	notice := w.agreement().Notices[0]
	ok(t, w.CompleteAgreementTask(ctx, w.client, agreement.TaskAnswerNotice+":"+notice.Key, "written", by))
	ok(t, second(w.TakeBackNotice(ctx, w.client, notice.Key, "it stays", by)))
	before := w.counts()
	for _, sql := range []string{
		"UPDATE client_request SET answer = 'given', answered_on = answered_on + 1", "UPDATE client_request SET answer = NULL, answered_on = NULL",
		"UPDATE agreement_notice SET taken_back_on = NULL", "UPDATE agreement_task SET done_on = NULL WHERE done_on IS NOT NULL",
	} {
		_, err := w.super.Exec(ctx, sql)
		if err == nil || !strings.Contains(err.Error(), "append-only") {
			t.Errorf("%s: %v", sql, err)
		}
	}
	if f := w.agreement(); f.AgreementID != agreed.AgreementID || f.Notices[0].TakenBack != today || w.counts() != before {
		t.Errorf("%+v; %s was %s", f, w.counts(), before)
	}
}

// What runs as the owner sees every client: it may answer with ids, client codes and totals of all clients, with days and kinds that do not say whose, or refuse a change, and with nothing else.
func TestLookupsGiveIdsOnly(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	got := query[string](w, `SELECT string_agg(proname || ' ' || pg_get_function_result(oid), '; ' ORDER BY proname) FROM pg_proc
		WHERE pronamespace = 'public'::regnamespace AND prosecdef AND pg_get_function_result(oid) NOT IN ('uuid', 'TABLE(client_id uuid, claim_id uuid)', 'TABLE(client_id uuid, claim_id uuid, letter_id uuid)')`)
	if want := "account_is_ours boolean; account_usable boolean; agreements_checked void; agreements_to_check TABLE(client_id uuid, agreement_id uuid); approver_may trigger; bank_charges TABLE(key text, value_on date, charged bigint, turn integer); bill_in_time trigger; bill_made trigger; bill_moves trigger; brings_back boolean; brought_back_of TABLE(key text, cents bigint); charge_is_undone boolean; charge_of bigint; charge_turns integer; chargeable boolean; charged_by bigint; claims_checked void; clawbacks TABLE(client_id uuid, cents bigint); client_ids TABLE(id uuid, code text); credit_adds_up trigger; credits_of_others TABLE(key text); credits_paid bigint; debit_charge bigint; debit_clients SETOF uuid; debit_made trigger; debit_part_may trigger; debit_status text; debit_step_may trigger; debits_nameless TABLE(keys text[], cents bigint, still bigint, booked_on date, value_on date, end_to_end text, batch text, back text[]); debits_told_by SETOF text; debits_waiting TABLE(keys text[], cents bigint, still bigint, booked_on date, value_on date, end_to_end text, batch text, back text[]); entry_added trigger; entry_in_time trigger; journal_adds_up void; journal_made trigger; journals_of_nothing TABLE(book text, key text, cents bigint); kept_back_fits trigger; last_bill_on date; ledger_balances TABLE(account text, debit bigint, credit bigint); ledger_received bigint; line_becomes trigger; lock_contacts void; loss_approvals bigint; loss_is_approved boolean; loss_may trigger; may_have_paid TABLE(name text, cents bigint, statement text); moved_nothing boolean; named_by text[]; next_bill TABLE(turn integer, last_on date); open_tasks TABLE(kind text, tasks bigint); other_contact date; other_contacts SETOF date; own_ends trigger; own_journals TABLE(client_id uuid, key text); own_may trigger; own_undone_by bigint; own_undone_may trigger; payable_stays trigger; payment_debited text; payment_fits bigint; payment_of TABLE(cents bigint, names text[]); payment_undone trigger; payments_charged TABLE(payment text, entry text, charged bigint); payout_added trigger; payout_approvals bigint; payout_clients SETOF uuid; payout_debited text; payout_fits void; payout_hash text; payout_in_time trigger; payout_kept_told_once trigger; payout_losses bigint; payout_made trigger; payout_may_leave trigger; payout_of text; payout_refusals bigint; payout_status text; payout_step_may trigger; payout_told TABLE(end_to_end_id text, status text, evidence text); payout_totals TABLE(payout text, status text, lines bigint, cents bigint); payouts_back TABLE(key text, line text, name text); receipt_parts_add_up trigger; refund_left boolean; refunds_fit void; refusal_knows trigger; refusal_words TABLE(approver text, code text, knew boolean); refuse_redeciding trigger; return_charges bigint; return_charges bigint; return_fits TABLE(charge bigint, named text[]); running_trajectories TABLE(trajectory text, claims bigint); stands_for TABLE(client_id uuid, claim_id uuid, cents bigint); stops_of_debtors TABLE(place bigint, kind text, from_on date); taken_already TABLE(receipt text, taken_by text, payments text); told_lines TABLE(entry text, whole boolean); trust_received bigint; typed_lines TABLE(entry text, receipt text, surely boolean); typed_receipts TABLE(key text, cents bigint, value_on date, typed_by text); under_way text[]; word_counts boolean; word_counts boolean"; got != want {
		t.Errorf("got %s", got)
	}
	if loose := query[string](w, `SELECT COALESCE(string_agg(proname, ' '), '') FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prosecdef
		AND (proconfig IS NULL OR NOT 'search_path=public, pg_temp' = ANY (proconfig))`); loose != "" {
		t.Errorf("without a search path of their own: %s", loose)
	}
}

// While a letter is registered the receipts of the claim are looked for under its lock: not among all receipts of the agency.
func TestReceiptsOfAClaimAreFoundByIndex(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	tx, err := w.super.Begin(t.Context())
	ok(t, err)
	defer func() { _ = tx.Rollback(t.Context()) }()
	_, err = tx.Exec(t.Context(), `SET LOCAL enable_seqscan = off`) // an empty table would be read whole
	ok(t, err)
	var plan string
	ok(t, tx.QueryRow(t.Context(), `EXPLAIN (FORMAT JSON) SELECT iban FROM receipt WHERE claim_id = '00000000-0000-4000-8000-000000000001'`).Scan(&plan))
	if !strings.Contains(plan, `"receipt_of_claim"`) || !strings.Contains(plan, "Index Cond") {
		t.Error(plan)
	}
}

func TestMigratingAgainChangesNothingAndTwoAtOnceWait(t *testing.T) {
	t.Parallel()
	empty := testkit.DB(t, "no schema", func(context.Context, string) error { return nil })
	if err := postgres.SchemaCurrent(t.Context(), empty.AppURL); err == nil || !strings.Contains(err.Error(), "no schema yet") {
		t.Errorf("an empty database is current: %v", err)
	}
	var wg sync.WaitGroup
	applied, failed := make([]int, 3), make([]error, 3)
	for i := range applied {
		wg.Go(func() {
			names, err := postgres.Migrate(t.Context(), empty.OwnerURL)
			applied[i], failed[i] = len(names), err
		})
	}
	wg.Wait()
	if slices.Sort(applied); applied[0] != 0 || applied[1] != 0 || applied[2] == 0 {
		t.Errorf("applied %v, %v", applied, failed)
	}
	for _, err := range failed {
		ok(t, err)
	}
	ok(t, postgres.SchemaCurrent(t.Context(), empty.AppURL))
	if names, err := postgres.Migrate(t.Context(), empty.OwnerURL); err != nil || len(names) != 0 {
		t.Errorf("applied %v again, %v", names, err)
	}
	_, err := empty.Owner.Exec(t.Context(), `DELETE FROM goose_db_version WHERE version_id = (SELECT max(version_id) FROM goose_db_version)`)
	ok(t, err)
	if err := postgres.SchemaCurrent(t.Context(), empty.AppURL); err == nil || !strings.Contains(err.Error(), "run `dunning migrate`") {
		t.Errorf("a schema that is behind is current: %v", err)
	}
}

// Where nobody answers is said, with what would be right.
func TestADatabaseThatDoesNotAnswer(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, url, want string }{
		{"no server at a port", "postgres://dunning_app@127.0.0.1:1/dunning?sslmode=disable", "PostgreSQL does not answer at 127.0.0.1:1 (connect: connection refused): right would be one that runs (on this machine: dunning dev, and "},
		{"no socket", "postgres:///dunning?host=/nowhere&user=dunning_app", "PostgreSQL does not answer at /nowhere/.s.PGSQL.5432 (connect: no such file or directory): right would be one that runs"},
	} {
		if err := postgres.Unanswered(postgres.SchemaCurrent(t.Context(), c.url)); err == nil || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}
