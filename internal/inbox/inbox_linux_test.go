package inbox_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/incassocenter/dunning/internal/testkit"
)

// Only Linux tells who has a file open.
func TestAFileThatIsOpenForWritingIsNotComplete(t *testing.T) {
	t.Parallel()
	m := newMailroom(t)
	m.arrives("a.xml", testkit.Camt("m", "1 0.00 5.00: 2026-11-02 5.00 r a|b"), time.Hour)
	f, err := os.OpenFile(filepath.Join(m.Dir, "a.xml"), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if err := m.look(); err != nil || m.tree() != "a.xml | 0 statements" {
		t.Errorf("%s, %v", m.tree(), err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	if err := m.look(); err != nil || m.tree() != "done/a.xml | 1 statements" {
		t.Errorf("%s, %v", m.tree(), err)
	}
}
