package postgres_test

import "testing"

// Tasks to call, to approve or to find an address that were open on claims that had ended are dropped, told in the file, once; those of open claims, and other tasks, stay.
func TestTasksOfClaimsThatEndedLongAgo(t *testing.T) {
	t.Parallel()
	w := worldOfBefore(t, 48)
	const client = "00000000-0000-4000-8000-000000000000"
	w.exec(`INSERT INTO client (id, code, plan, name, street, postcode, town, email) VALUES ($1, 'A', 'premium', 'n', 's', 'p', 't', 'e')`, client)
	w.exec(`INSERT INTO debtor (client_id, id, fingerprint, person, in_business, natural_person, name, street, postcode, town) VALUES ($1, $1, 'f', 'p', true, false, 'n', 's', 'p', 't')`, client)
	for i, status := range []string{"open", "paid", "closed"} {
		id := "00000000-0000-4000-8000-00000000001" + string(rune('0'+i))
		w.exec(`INSERT INTO claim (client_id, id, debtor_id, reference, rf, kenmerk, trajectory, handed_over_on, status) VALUES ($1, $2::text::uuid, $1, $2, $2, $2, 'business@1', '2026-10-01', $3)`, client, id, status)
		for _, key := range []string{"approve:third", "call:call", "find-address"} {
			w.exec(`INSERT INTO task (client_id, claim_id, key, detail, opened_on) VALUES ($1, $2, $3, 'd', '2026-10-05')`, client, id, key)
		}
		w.exec(`INSERT INTO case_event (client_id, claim_id, key, kind, value_on, at, actor) VALUES ($1, $2, 'task-dropped:call:call', 'task-dropped', '2026-10-05', now(), 'test')`, client, id)
	}
	ok(t, migrate(t.Context(), w.db.OwnerURL))
	tasks := query[string](w, `SELECT string_agg(concat_ws(' ', c.status, t.key, t.detail, CASE WHEN t.done_on IS NULL THEN 'open' END), ', ' ORDER BY c.id, t.key) FROM claim c JOIN task t ON t.claim_id = c.id`)
	if want := "open approve:third d open, open call:call d open, open find-address d open, paid approve:third dropped: the claim is paid, paid call:call dropped: the claim is paid, paid find-address dropped: the claim is paid, " +
		"closed approve:third dropped: the claim is closed, closed call:call dropped: the claim is closed, closed find-address dropped: the claim is closed"; tasks != want {
		t.Errorf("got  %s\nwant %s", tasks, want)
	}
	told := query[string](w, `SELECT string_agg(concat_ws(' ', c.status, c.version, e.key, e.detail ->> 'task', e.detail ->> 'reason'), ', ' ORDER BY c.id, e.key) FROM claim c JOIN case_event e ON e.claim_id = c.id WHERE e.actor = 'migration'`)
	if want := "paid 4 task-dropped:approve:third approve:third the claim is paid, paid 4 task-dropped:call:call:2 call:call the claim is paid, paid 4 task-dropped:find-address find-address the claim is paid, " +
		"closed 4 task-dropped:approve:third approve:third the claim is closed, closed 4 task-dropped:call:call:2 call:call the claim is closed, closed 4 task-dropped:find-address find-address the claim is closed"; told != want {
		t.Errorf("got  %s\nwant %s", told, want)
	}
}
