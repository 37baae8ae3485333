package workflows_test

import "testing"

// Nothing leaves while a promise is not broken; then the trajectory goes on where it stood.
func TestPromises(t *testing.T) {
	tellAll(t, []story{
		{"broken: the sticker six days and the nine of the promise later", "company basis", []string{"2026-10-06 12:00 promises 500.00 by 2026-10-12", "2026-10-22 12:00 operator-closes"}, `
			2026-10-05 reminder by email
			2026-10-06 promised
			2026-10-20 sticker-reminder by email
			2026-10-22 close-requested
			2026-10-22 closed: closed`},
		{"kept", "company basis", []string{"2026-10-06 12:00 promises 500.00 by 2026-10-12", "2026-10-09 12:00 pays 500.00", "2026-10-16 12:00 operator-closes"}, `
			2026-10-05 reminder by email
			2026-10-06 promised
			2026-10-09 paid-to-client 500.00
			2026-10-15 sticker-reminder by email
			2026-10-16 close-requested
			2026-10-16 closed: closed`},
		{"taken back", "company basis", []string{"2026-10-06 12:00 promises 500.00 by 2026-10-12", "2026-10-08 12:00 takes-back p1", "2026-10-15 12:00 operator-closes"}, `
			2026-10-05 reminder by email
			2026-10-06 promised
			2026-10-08 promise-withdrawn
			2026-10-13 sticker-reminder by email
			2026-10-15 close-requested
			2026-10-15 closed: closed`},
	})
}

func TestArrangements(t *testing.T) {
	tellAll(t, []story{
		{"paid to the end: nothing but the confirmation leaves, and it closes", "company basis", []string{
			"2026-10-06 12:00 arranges 3 from 2026-10-12", "2026-10-12 12:00 pays instalment", "2026-11-12 12:00 pays instalment", "2026-12-14 12:00 pays instalment"}, `
			2026-10-05 reminder by email
			2026-10-06 arranged
			2026-10-06 arrangement:a1 by email
			2026-10-12 paid-to-client 386.37
			2026-11-12 paid-to-client 386.37
			2026-12-14 paid-to-client 386.38
			2026-12-14 closed: paid`},
		{"the second part is missed: one reminder, paid within its week", "company basis", []string{
			"2026-10-06 12:00 arranges 2 from 2026-10-12", "2026-10-12 12:00 pays instalment", "2026-11-20 12:00 pays instalment"}, `
			2026-10-05 reminder by email
			2026-10-06 arranged
			2026-10-06 arrangement:a1 by email
			2026-10-12 paid-to-client 579.56
			2026-11-17 arrangement:a1/2 by email
			2026-11-20 paid-to-client 579.56
			2026-11-20 closed: paid`},
		{"it lapses: on where it stood, letter by letter", "company basis", []string{"2026-10-06 12:00 arranges 2 from 2026-10-12", "2026-11-06 12:00 operator-closes"}, `
			2026-10-05 reminder by email
			2026-10-06 arranged
			2026-10-06 arrangement:a1 by email
			2026-10-15 arrangement:a1/1 by email
			2026-10-28 sticker-reminder by email
			2026-11-03 summons by email
			2026-11-06 close-requested
			2026-11-06 closed: closed`},
		{"the mail server is down when a part is missed: the reminder first, then a person ends it", "company basis", []string{"2026-10-06 12:00 arranges 2 from 2026-10-12", "2026-10-14 12:00 mail-server down", "2026-10-16 12:00 mail-server up", "2026-10-22 12:00 ends-arrangement pays-at-once", "2026-10-29 12:00 operator-closes"}, `
			2026-10-05 reminder by email
			2026-10-06 arranged
			2026-10-06 arrangement:a1 by email
			2026-10-16 arrangement:a1/1 by email
			2026-10-22 arrangement-ended
			2026-10-27 sticker-reminder by email
			2026-10-29 close-requested
			2026-10-29 closed: closed`},
		{"the mailbox does not exist: by post", "company basis", []string{"2026-10-06 11:00 mail-server bounces", "2026-10-06 12:00 arranges 2 from 2026-10-12", "2026-10-08 12:00 operator-closes"}, `
			2026-10-05 reminder by email
			2026-10-06 arranged
			2026-10-06 arrangement:a1 by email failed
			2026-10-06 arrangement:a1 by post
			2026-10-08 close-requested
			2026-10-08 closed: closed`},
	})
}
