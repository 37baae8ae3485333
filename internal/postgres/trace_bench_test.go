package postgres_test

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/testkit"
)

// seedBooks are books of 42,000 payments of 20 clients, 210,000 journals, with a payout after each 2,000. Triggers are off: it says nothing of how they were made.
const seedBooks = `
SET session_replication_role = replica;
CREATE TEMP TABLE c AS SELECT id AS client_id, row_number() OVER (ORDER BY code) - 1 AS nr FROM client;
CREATE TEMP TABLE x AS SELECT i, md5('claim' || i)::uuid AS claim, 'seed' || i AS receipt, c.client_id, 10000 + i % 700 AS s200, 33 + i % 50 AS s210, (i - 1) / 2000 AS run FROM generate_series(1, 42000) i JOIN c ON c.nr = i % (SELECT count(*) FROM c);
CREATE TEMP TABLE first AS SELECT * FROM claim LIMIT 1;
INSERT INTO claim SELECT (jsonb_populate_record(NULL::claim, to_jsonb(f) || jsonb_build_object('id', x.claim, 'client_id', x.client_id, 'reference', 'S' || x.i, 'rf', 'RF' || lpad(x.i::text, 12, '0'), 'kenmerk', '9' || lpad(x.i::text, 15, '0')))).* FROM x CROSS JOIN first f;
INSERT INTO receipt SELECT (jsonb_populate_record(NULL::receipt, to_jsonb(r) || jsonb_build_object('key', x.receipt, 'claim_id', x.claim, 'client_id', x.client_id, 'amount', s200 + s210, 'settled_as', x.receipt))).* FROM x CROSS JOIN (SELECT * FROM receipt LIMIT 1) r;
INSERT INTO settlement SELECT (jsonb_populate_record(NULL::settlement, to_jsonb(s) || jsonb_build_object('key', x.receipt, 'claim_id', x.claim, 'client_id', x.client_id, 'amount', s200 + s210))).* FROM x CROSS JOIN (SELECT * FROM settlement LIMIT 1) s;
CREATE TEMP TABLE p AS SELECT run, client_id, sum(s200) AS cents, max(i) AS last FROM x GROUP BY run, client_id UNION ALL SELECT run, NULL, sum(s210), max(i) FROM x GROUP BY run;
CREATE TEMP TABLE l AS SELECT *, 'PO-' || to_char(date '2027-01-01' + run::int, 'YYYYMMDD') AS payout, row_number() OVER (PARTITION BY run ORDER BY client_id NULLS LAST) AS nr FROM p;
INSERT INTO payout SELECT DISTINCT ON (l.payout) (jsonb_populate_record(NULL::payout, to_jsonb(f) || jsonb_build_object('id', l.payout))).* FROM l CROSS JOIN (SELECT * FROM payout LIMIT 1) f;
INSERT INTO payout_line SELECT (jsonb_populate_record(NULL::payout_line, to_jsonb(f) || jsonb_build_object('payout', l.payout, 'nr', l.nr, 'end_to_end_id', l.payout || '-' || l.nr, 'client_id', l.client_id, 'kind', CASE WHEN l.client_id IS NULL THEN 'fees' ELSE 'client' END, 'cents', l.cents))).* FROM l CROSS JOIN (SELECT * FROM payout_line LIMIT 1) f;
INSERT INTO payout_step (client_id, end_to_end_id, status, evidence, reason, actor, at) SELECT l.client_id, l.payout || '-' || l.nr, 'booked', 'entry-' || l.payout || '-' || l.nr, '', 'x', now() FROM l;
CREATE TEMP TABLE j (id bigint, client_id uuid, book text, key text, kind text, lines jsonb);
INSERT INTO j SELECT 100000 + run * 10000000::bigint + i * 100, NULL, 'S', 'receipt:' || receipt, 'received', jsonb_build_array(jsonb_build_array('S100', s200 + s210, NULL), jsonb_build_array('S230', -s200 - s210, NULL)) FROM x;
INSERT INTO j SELECT 100000 + run * 10000000::bigint + i * 100 + 1, client_id, 'S', claim || '/settlement:' || receipt, 'settled', jsonb_build_array(jsonb_build_array('S200', -s200, claim), jsonb_build_array('S210', -s210, claim), jsonb_build_array('S230', s200 + s210, claim)) FROM x;
INSERT INTO j SELECT 100000 + run * 10000000::bigint + i * 100 + 2, client_id, 'A', claim || '/settlement:' || receipt, 'settled', jsonb_build_array(jsonb_build_array('A110', s210, claim), jsonb_build_array('A410', -s210, claim)) FROM x;
INSERT INTO j SELECT 100000 + run * 10000000::bigint + i * 100 + 3, client_id, 'D', claim || '/settlement:' || receipt, 'settled', jsonb_build_array(jsonb_build_array('D1', -s200, claim), jsonb_build_array('D9', s200, claim)) FROM x;
INSERT INTO j SELECT 100000 + run * 10000000::bigint + i * 100 + 4, client_id, 'D', claim || '/opened', 'charged', jsonb_build_array(jsonb_build_array('D1', s200, claim), jsonb_build_array('D9', -s200, claim)) FROM x;
INSERT INTO j SELECT 100000 + (run + 1) * 10000000::bigint + last * 100 + 10 + nr, l.client_id, 'S', 'payout:' || payout || '-' || nr, 'payout-submitted', (SELECT jsonb_agg(jsonb_build_array('S200', s200, claim)) FROM x WHERE x.run = l.run AND x.client_id = l.client_id) || jsonb_build_array(jsonb_build_array('S240', -cents, NULL)) FROM l WHERE l.client_id IS NOT NULL;
INSERT INTO j SELECT 100000 + (run + 1) * 10000000::bigint + last * 100 + 10 + nr, NULL, 'S', 'payout:' || payout || '-' || nr, 'fees-submitted', jsonb_build_array(jsonb_build_array('S210', cents, NULL), jsonb_build_array('S240', -cents, NULL)) FROM l WHERE l.client_id IS NULL;
INSERT INTO j SELECT 100000 + (run + 1) * 10000000::bigint + last * 100 + 50 + nr, l.client_id, 'S', 'payout:' || payout || '-' || nr || '/booked', CASE WHEN l.client_id IS NULL THEN 'fees-booked' ELSE 'payout-booked' END, jsonb_build_array(jsonb_build_array('S240', cents, NULL), jsonb_build_array('S100', -cents, NULL)) FROM l;
INSERT INTO journal (id, client_id, book, key, hash, kind, effective_on, at) OVERRIDING SYSTEM VALUE SELECT id, client_id, book, key, sha256(key::bytea), kind, '2026-11-03', now() FROM j;
INSERT INTO entry (journal_id, line, client_id, claim_id, account, cents) SELECT j.id, e.nr, j.client_id, (e.v ->> 2)::uuid, e.v ->> 0, (e.v ->> 1)::bigint FROM j CROSS JOIN LATERAL jsonb_array_elements(lines) WITH ORDINALITY e (v, nr);
SET session_replication_role = DEFAULT;
ANALYZE;`

// BenchmarkTraceInLargeBooks tells the processor time of a trace, of the program and of PostgreSQL:
// go test ./internal/postgres -run - -bench TraceInLargeBooks -benchtime 3x
func BenchmarkTraceInLargeBooks(b *testing.B) {
	w := newWorld(b)
	w.approvers()
	for i := range 19 {
		w.newClient(fmt.Sprintf("Z%d", i))
	}
	w.receives(w.open(), "r1", "100.33")
	w.paidOut(today)
	_, err := w.super.Exec(b.Context(), seedBooks)
	ok(b, err)
	for name, key := range map[string]string{"receipt": "seed5", "claim": query[string](w, `SELECT md5('claim777')::uuid::text`), "line of 100 claims": "PO-20270103-2", "entry": "entry-PO-20270103-3"} {
		b.Run(name, func(b *testing.B) {
			own, server := ownCPU(), w.serverCPU()
			for b.Loop() {
				ok(b, second(w.Trace(b.Context(), key)))
			}
			b.ReportMetric((ownCPU()-own).Seconds()*1000/float64(b.N), "own-cpu-ms/op")
			b.ReportMetric((w.serverCPU()-server).Seconds()*1000/float64(b.N), "postgres-cpu-ms/op")
		})
	}
}

func ownCPU() time.Duration {
	var r syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &r); err != nil {
		return 0
	}
	return time.Duration(r.Utime.Nano() + r.Stime.Nano())
}

// serverCPU is what the connections to the world's database used up to now, by the clock of the kernel (100 a second).
func (w *world) serverCPU() (sum time.Duration) {
	for _, pid := range strings.Fields(query[string](w, `SELECT string_agg(pid::text, ' ') FROM pg_stat_activity WHERE datname = current_database() AND backend_type = 'client backend'`)) {
		stat, err := os.ReadFile("/proc/" + pid + "/stat")
		if err != nil {
			continue
		}
		f := strings.Fields(string(stat[strings.LastIndexByte(string(stat), ')')+1:]))
		var u, s int64
		_, _ = fmt.Sscan(f[11], &u)
		_, _ = fmt.Sscan(f[12], &s)
		sum += time.Duration(u+s) * 10 * time.Millisecond
	}
	return sum
}

// seedEntries are 100,000 entries of one statement, each with a reference of its bank. Triggers are off.
const seedEntries = `
SET session_replication_role = replica;
INSERT INTO statement_entry SELECT n.* FROM (SELECT to_jsonb(e) AS first FROM statement_entry e LIMIT 1) f CROSS JOIN generate_series(1, 100000) i
	CROSS JOIN LATERAL jsonb_populate_record(NULL::statement_entry, f.first || jsonb_build_object('entry', 10 + i, 'base', md5('base' || i), 'reference', KEPT, 'key', 'seed-' || i || '.1', 'receipt', NULL)) n;
SET session_replication_role = DEFAULT;
ANALYZE;`

// BenchmarkTraceOfAnUnknownKey looks for a key that nobody knows among 100,000 entries of which the bank's references are kept, and among as many of before (migration 135):
// go test ./internal/postgres -run - -bench TraceOfAnUnknownKey -benchtime 20x
func BenchmarkTraceOfAnUnknownKey(b *testing.B) {
	for name, reference := range map[string]string{"kept": "'R' || i", "of before": "NULL::text"} {
		b.Run(name, func(b *testing.B) {
			w := newWorld(b)
			w.importFile(testkit.Camt("m", "1 0.00 42.00: 2026-11-02 42.00 r x|iets"))
			ok(b, second(w.super.Exec(b.Context(), strings.Replace(seedEntries, "KEPT", reference, 1))))
			own, server := ownCPU(), w.serverCPU()
			for b.Loop() {
				if _, err := w.Trace(b.Context(), "nobody knows it"); !errors.Is(err, postgres.ErrNotFound) {
					b.Fatal(err)
				}
			}
			b.ReportMetric((ownCPU()-own).Seconds()*1000/float64(b.N), "own-cpu-ms/op")
			b.ReportMetric((w.serverCPU()-server).Seconds()*1000/float64(b.N), "postgres-cpu-ms/op")
		})
	}
}
