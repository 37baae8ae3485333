package bank_test

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/bank"
)

// alike gives a statement in MT940 of so many entries, each with a reference of its own.
func alike(entries int) *long {
	return &long{begin: ":20:B\n:25:" + trustIBAN + "\n:28C:1/1\n:60F:C261124EUR0,00\n", piece: ":61:2611251125C10,00NTRFNONREF//B00000001\n:86:/EREF/NOTPROVIDED//REMI/USTD//x/\n", end: fmt.Sprintf(":62F:C261125EUR%d,00\n-\n", 10*entries), pieces: entries}
}

// A statement of more entries than can be booked is refused with the line at which that is known, and in little memory; one of as many is not. Not parallel: the heap is that of the whole process.
func TestAStatementOfTooManyEntries(t *testing.T) {
	accounts := bank.Accounts{trustIBAN: trustIBAN}
	for entries, want := range map[int]string{
		bank.MostEntries: "", 2 * bank.MostEntries: "line 500005: statement 1 has more than 250000 entries; right would be a statement of each day, which the bank gives when it is asked",
	} {
		runtime.GC()
		in := alike(entries)
		all, err := bank.Survey(in, accounts)
		var not *bank.NotBookableError
		switch {
		case want == "" && (err != nil || all[0].Entries != entries):
			t.Errorf("%d entries: %v", entries, err)
		case want != "" && (!errors.As(err, &not) || !strings.HasPrefix(err.Error(), want)):
			t.Errorf("%d entries: %v, want %s", entries, err, want)
		}
		if in.most > 48<<20 {
			t.Errorf("%d entries: heap of %d MiB", entries, in.most>>20)
		}
	}
}

// The name of a statement is kept in databases: it stays what it was, a hash of the account, the days, the balances and the bases of the entries in order.
func TestTheFingerprintOfAStatementStays(t *testing.T) {
	t.Parallel()
	text := ":20:B\n:25:" + trustIBAN + "\n:28C:1/1\n:60F:C261124EUR0,00\n:61:2611251125C10,00NTRFNONREF//B2\n:61:2611251125C5,00NTRFNONREF//B1\n:62F:C261125EUR15,00\n-\n"
	bases := []string{}
	for _, l := range linesOf(t, text) {
		bases = append(bases, l.Base)
	}
	slices.Sort(bases)
	sum := sha256.Sum256([]byte(strings.Join(append([]string{trustIBAN, "2026-11-24 2026-11-250.0015.00"}, bases...), "\x00")))
	all, err := bank.Survey(strings.NewReader(text), bank.Accounts{trustIBAN: trustIBAN})
	if err != nil || all[0].Fingerprint != hex.EncodeToString(sum[:10]) {
		t.Errorf("%+v, %v", all, err)
	}
}
