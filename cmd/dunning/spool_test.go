package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/letter"
	"github.com/incassocenter/dunning/internal/spool"
)

// postRoom is a spool with its configuration, and a directory for what goes to the print house.
type postRoom struct {
	*testing.T
	box    *spool.Spool
	config string
	out    string
	posted int
}

var postDay = calendar.MustParseDate("2026-12-03")

func newPostRoom(t *testing.T) *postRoom {
	t.Helper()
	dir := t.TempDir()
	example, err := os.ReadFile("../../config/dunning.example.yaml")
	if err != nil {
		t.Fatal(err)
	}
	text := strings.NewReplacer("# url_file: /run/secrets/database_url\n", "url: postgres://dunning_app:secret@127.0.0.1/none\n", "# keys_file: /run/secrets/codec_keys\n",
		"keys: [\"k1:"+strings.Repeat("00", 32)+"\"]\n", "dir: spool #", "dir: "+filepath.Join(dir, "spool")+" #").Replace(string(example))
	r := &postRoom{T: t, config: filepath.Join(dir, "dunning.yaml"), out: filepath.Join(dir, "print.pdf")}
	if err := os.WriteFile(r.config, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if r.box, err = spool.Open(filepath.Join(dir, "spool")); err != nil {
		t.Fatal(err)
	}
	return r
}

// post puts letters into the spool, each under a key that comes before those that are there: the order of keys is not that of coming.
func (r *postRoom) post(kinds ...letter.Kind) {
	r.Helper()
	letters, err := benchLetters(len(kinds), kinds...)
	if err != nil {
		r.Fatal(err)
	}
	for _, l := range letters {
		d, err := letter.Compose(l)
		if err != nil {
			r.Fatal(err)
		}
		r.put(d.PDF)
	}
}

func (r *postRoom) put(pdf []byte) {
	r.Helper()
	r.posted++
	if _, err := r.box.Put(r.Context(), spool.Item{Key: fmt.Sprintf("letter-%d", 9-r.posted), PDF: pdf, Address: []string{fmt.Sprint("Debiteur ", r.posted), "1234 AB  PROEFDORP"}, Pages: 1, On: postDay}); err != nil {
		r.Fatal(err)
	}
}

func (r *postRoom) batch(want int, says string, line ...string) string {
	r.Helper()
	out, code, problem := runCommand(r.T, append([]string{"spool", "batch", "--config", r.config}, line...)...)
	if code != want || !strings.Contains(out+problem, says) {
		r.Errorf("spool batch %v ends with %d: %s%s; want %d: %s", line, code, out, problem, want, says)
	}
	return out
}

func (r *postRoom) manifest(file string) (b spool.Batch) {
	r.Helper()
	data, err := os.ReadFile(spool.ManifestOf(file))
	if err == nil {
		err = json.Unmarshal(data, &b)
	}
	if err != nil {
		r.Fatal(err)
	}
	return b
}

// A day goes to the print house in one file; what comes later goes in another, and no letter is in both.
func TestADayForThePrintHouse(t *testing.T) {
	t.Parallel()
	r := newPostRoom(t)
	r.batch(0, "2026-12-03: no letters to print; nothing was written", "2026-12-03", "--out", r.out)
	r.post(letter.Reminder, letter.Summons, letter.StickerReminder)
	r.batch(0, "print.pdf: 3 letters, ", "2026-12-03", "--out", r.out)
	first := r.manifest(r.out)
	for i, l := range first.Letters {
		if want := fmt.Sprintf("letter-%d", 6+i); l.Key != want || l.Address[0] != fmt.Sprint("Debiteur ", 3-i) || l.Pages < 1 || i == 0 && l.FirstPage != 1 || i > 0 && l.FirstPage != first.Letters[i-1].FirstPage+first.Letters[i-1].Pages {
			t.Errorf("letter %d of the manifest is %+v, want %s", i+1, l, want)
		}
	}
	r.batch(0, "unchanged", "2026-12-03", "--out", r.out)

	r.post(letter.FinalSummons)
	r.batch(2, "print.pdf is made, and 1 letters have come since that it does not have; right would be another file", "2026-12-03", "--out", r.out)
	evening, night := filepath.Join(filepath.Dir(r.out), "evening.pdf"), filepath.Join(filepath.Dir(r.out), "night.pdf")
	out := r.batch(0, "evening.pdf: 1 letters, ", "2026-12-03", "--out", evening)
	if want := "left out: 3 letters that are in " + r.out + " (3) (--again "; !strings.Contains(out, want) {
		t.Errorf("%s does not say %s", out, want)
	}
	if later := r.manifest(evening); len(later.Letters) != 1 || later.Letters[0].Key != "letter-5" {
		t.Errorf("the evening has %+v", later.Letters)
	}
	r.batch(0, "2026-12-03: no letters to print; nothing was written\nleft out: 4 letters that are in "+r.out+" (3), "+evening+" (1)", "2026-12-03", "--out", night)
	r.batch(0, "print.pdf: 3 letters, ", "2026-12-03", "--out", r.out)
	r.batch(2, spool.ManifestOf(r.out)+" has other letters, which may be printed already", "2026-12-03", "--out", r.out, "--again")
	r.batch(0, "night.pdf: 4 letters, ", "2026-12-03", "--out", night, "--again")
	r.batch(0, "again: letters of it are in "+r.out+" (3), "+evening+" (1) too; post them once", "2026-12-03", "--out", night, "--again")
}

// A print house takes a batch away: under its name nothing is made that may be printed already.
func TestABatchThatWasTakenAway(t *testing.T) {
	t.Parallel()
	r := newPostRoom(t)
	r.post(letter.Reminder)
	r.batch(0, "print.pdf: 1 letters, ", "2026-12-03", "--out", r.out)
	r.takeAway()
	r.post(letter.Summons)
	r.batch(2, r.out+" was made already, with 1 letters, and is not there any more", "2026-12-03", "--out", r.out)
	r.batch(0, "print.pdf: 2 letters, ", "2026-12-03", "--out", r.out, "--again")
}

func (r *postRoom) takeAway() {
	r.Helper()
	for _, name := range []string{r.out, spool.ManifestOf(r.out)} {
		if err := os.Remove(name); err != nil {
			r.Fatal(err)
		}
	}
}

// Killed before it was finished: the next batch of the day says which one has to be made first.
func TestABatchThatWasNotFinished(t *testing.T) {
	t.Parallel()
	r := newPostRoom(t)
	r.post(letter.Reminder)
	r.batch(0, "print.pdf: 1 letters, ", "2026-12-03", "--out", r.out)
	before, err := os.ReadFile(r.out)
	if err != nil {
		t.Fatal(err)
	}
	r.takeAway()
	if err := os.Remove(filepath.Join(filepath.Dir(r.out), "spool", "2026-12-03", "batched", "0001.done")); err != nil {
		t.Fatal(err)
	}
	r.post(letter.Summons)
	evening := filepath.Join(filepath.Dir(r.out), "evening.pdf")
	r.batch(2, "was begun and not finished; right would be to make that one again first: dunning spool batch 2026-12-03 --out "+r.out, "2026-12-03", "--out", evening)
	r.batch(2, "print.pdf: 1 letters, ", "2026-12-03", "--out", r.out)
	if now, err := os.ReadFile(r.out); err != nil || string(now) != string(before) {
		t.Errorf("the batch made again is another one, %v", err)
	}
	r.batch(0, "evening.pdf: 1 letters, ", "2026-12-03", "--out", evening)
}

func TestBatchesThatAreRefused(t *testing.T) {
	t.Parallel()
	r := newPostRoom(t)
	r.post(letter.Reminder)
	r.batch(2, "DAY: ", "2026-13-03", "--out", r.out)
	r.batch(2, `--out: "" does not end in .pdf; right would be 2026-12-03.pdf`, "2026-12-03")
	r.batch(2, "is in the spool; right would be a directory of its own", "2026-12-03", "--out", filepath.Join(filepath.Dir(r.out), "spool", "2026-12-03", "all.pdf"))
	r.put([]byte("%PDF-1.7 of another program"))
	r.batch(2, "letter letter-7 is not a letter as this version of the program writes them; right would be to print it by itself: 2026-12-03/letter-7.pdf", "2026-12-03", "--out", r.out)
	if left, err := filepath.Glob(filepath.Join(filepath.Dir(r.out), "print*")); err != nil || len(left) > 0 {
		t.Errorf("a refused batch leaves %v, %v", left, err)
	}
}
