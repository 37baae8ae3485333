package registers_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/registers"
)

const (
	header  = "subject;register;answer;on\n"
	one     = "1b4e28ba-2fa1-51d2-883f-0016d3cca427"
	another = "770370de-b212-50ad-9c75-f12267332a27"
)

// answers writes files with answers, each with its header, into a directory.
func answers(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestWhatTheFilesAnswer(t *testing.T) {
	t.Parallel()
	dir := answers(t, map[string]string{
		"a.csv": header + one + ";insolvency;bankrupt;2029-09-10\n" + strings.ToUpper(one) + "; company ; dissolved ; 2030-01-05\n" + another + ";insolvency;wsnp;2029-01-01\n",
		"b.csv": "\ufeff" + header + one + ";insolvency;bankruptcy-ended;2032-08-01\n",
		"notes": "not a file of answers",
	})
	source, err := registers.OpenFile(dir)
	if err != nil {
		t.Fatal(err)
	}
	desk, err := registers.Connect(map[claim.Register]registers.Source{claim.InsolvencyRegister: source, claim.CompanyRegister: source})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ story, register, subject, on, want string }{
		{"the day before", "insolvency", one, "2029-09-09", "none"},
		{"from that day on", "insolvency", one, "2029-09-10", "bankrupt 2029-09-10"},
		{"until another file says something newer", "insolvency", one, "2032-07-31", "bankrupt 2029-09-10"},
		{"which then holds", "insolvency", one, "2032-08-01", "bankruptcy-ended 2032-08-01"},
		{"an id in capitals, with spaces around", "company", one, "2031-01-01", "dissolved 2030-01-05"},
		{"of another nothing else is told", "company", another, "2031-01-01", "none"},
		{"a register that is not connected does not answer", "address", one, "2031-01-01", "the address register is not connected"},
	} {
		said, err := desk.Ask(t.Context(), claim.Register(c.register), c.subject, calendar.MustParseDate(c.on))
		got := string(said.Found)
		switch {
		case err != nil:
			got = err.Error()
		case !said.Since.IsZero():
			got += " " + said.Since.String()
		}
		if got != c.want {
			t.Errorf("%s: %s, want %s", c.story, got, c.want)
		}
	}
}

// It is read anew for each question: what is added counts, and what is torn meanwhile is no answer.
func TestAFileIsReadAnew(t *testing.T) {
	t.Parallel()
	path := filepath.Join(answers(t, map[string]string{"a.csv": header}), "a.csv")
	source, err := registers.OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	on := calendar.MustParseDate("2030-01-01")
	if said, err := source.Ask(t.Context(), claim.AddressRegister, one, on); err != nil || said.Found != claim.FoundNothing {
		t.Errorf("%+v, %v", said, err)
	}
	write := func(text string) {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write(header + one + ";address;moved;2029-12-31\n")
	if said, err := source.Ask(t.Context(), claim.AddressRegister, one, on); err != nil || said.Found != claim.FoundMoved {
		t.Errorf("%+v, %v", said, err)
	}
	write(header + one + ";address;mov")
	if said, err := source.Ask(t.Context(), claim.AddressRegister, one, on); err == nil || said.Found != "" {
		t.Errorf("%+v, %v", said, err)
	}
}

func TestAFileThatIsWrongIsRefusedByLineAndField(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ story, text, want string }{
		{"nothing in it", "", "a.csv: line 1: header: right would be subject;register;answer;on"},
		{"another header", "claim;register;answer;on\n", "a.csv: line 1: header: right would be subject;register;answer;on"},
		{"commas", strings.ReplaceAll(header, ";", ","), "a.csv: line 1: header: right would be subject;register;answer;on"},
		{"a column too few", header + one + ";insolvency;none\n", "a.csv: line 2: row: cannot be read; right would be subject;register;answer;on"},
		{"a name for a subject", header + "Voorbeeld B.V.;company;none;2027-01-01\n", "a.csv: line 2: subject: is not the id of a claim; right would be one as `dunning claim submit` printed it"},
		{"no subject", header + ";company;none;2027-01-01\n", "a.csv: line 2: subject: is not the id of a claim; right would be one as `dunning claim submit` printed it"},
		{"a register that there is not", header + one + ";police;none;2027-01-01\n", "a.csv: line 2: register: right would be one of [insolvency company address]"},
		{"what that register cannot say", header + one + ";company;wsnp;2027-01-01\n", "a.csv: line 2: answer: right would be one of [bankrupt dissolved moved none]"},
		{"no answer is not written down", header + one + ";address;no-answer;2027-01-01\n", "a.csv: line 2: answer: right would be one of [deceased moved none]"},
		{"a day that there is not", header + one + ";address;moved;2027-02-29\n", "a.csv: line 2: on: is not a day; right would be one like 2027-03-31"},
		{"two things of one day", header + one + ";address;moved;2027-02-28\n" + one + ";address;none;2027-02-28\n", "a.csv: line 3: answer: another line says something else of the same subject, register and day; right would be one of the two"},
	} {
		_, err := registers.OpenFile(answers(t, map[string]string{"a.csv": c.text}))
		var wrong *registers.EntryError
		if !errors.As(err, &wrong) || err.Error() != c.want {
			t.Errorf("%s: %v, want %s", c.story, err, c.want)
		}
	}
	if _, err := registers.OpenFile(filepath.Join(t.TempDir(), "none.csv")); err == nil || !strings.Contains(err.Error(), "none.csv") {
		t.Errorf("a file that is not there: %v", err)
	}
}

// overseas answers from elsewhere.
type overseas struct{ *registers.Scripted }

func (overseas) Region() registers.Region { return "US" }

func TestNothingLeavesTheEU(t *testing.T) {
	t.Parallel()
	script, err := registers.Script()
	if err != nil {
		t.Fatal(err)
	}
	_, err = registers.Connect(map[claim.Register]registers.Source{claim.AddressRegister: script, claim.CompanyRegister: overseas{script}})
	var outside *registers.RegionError
	if want := `registers.company: its adapter answers from "US"; right would be one in the EU (processing agreement, art. 3.4)`; !errors.As(err, &outside) || err.Error() != want {
		t.Errorf("%v, want %s", err, want)
	}
}

func TestAScriptSaysTheSameOfEverybody(t *testing.T) {
	t.Parallel()
	script, err := registers.Script("2030-03-01 insolvency bankrupt", "2030-05-01 insolvency no-answer")
	if err != nil {
		t.Fatal(err)
	}
	for on, want := range map[string]claim.Finding{"2030-02-28": claim.FoundNothing, "2030-04-30": claim.FoundBankrupt, "2030-05-01": ""} {
		said, err := script.Ask(t.Context(), claim.InsolvencyRegister, another, calendar.MustParseDate(on))
		if said.Found != want || (err != nil) != (want == "") {
			t.Errorf("%s: %+v, %v", on, said, err)
		}
	}
	for _, wrong := range []string{"2030-03-01 insolvency", "2030-02-30 insolvency none", "2030-03-01 police none", "2030-03-01 company wsnp"} {
		if _, err := registers.Script(wrong); err == nil || !strings.Contains(err.Error(), wrong) {
			t.Errorf("%s: %v", wrong, err)
		}
	}
}
