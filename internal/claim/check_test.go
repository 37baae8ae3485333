package claim_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
)

// looked reads a check: "insolvency bankrupt since 2029-09-10"; "" is that the register was never asked.
func looked(text string) (c claim.Check) {
	w := strings.Fields(text)
	if len(w) == 0 {
		return c
	}
	c = claim.Check{Register: claim.Register(w[0]), Found: claim.Finding(w[1]), On: calendar.MustParseDate("2030-01-01"), Try: 1}
	if len(w) > 2 {
		c.Since = calendar.MustParseDate(w[3])
	}
	return c
}

func sayConsequence(then claim.Consequence) string {
	var words []string
	for _, w := range [][2]string{{"set", then.Set}, {"clear", then.Clear}, {"task", then.Task}, {"ends", string(then.Ends)}} {
		if w[1] != "" {
			words = append(words, w[0]+" "+w[1])
		}
	}
	return strings.Join(words, ", ")
}

func TestWhatFollowsFromAnAnswer(t *testing.T) {
	t.Parallel()
	const company, consumer = "company; 1000.00 due 2026-02-28", "consumer; 1000.00 due 2026-02-28"
	const order = "insolvency bankrupt since 2029-09-10"
	for _, c := range []struct{ name, story, before, check, want string }{
		{"nothing", company, "", "insolvency none", ""},
		{"bankrupt", company, "insolvency none", order, "set bankrupt"},
		{"as it said before: what a person made of it stands", company, order, order, ""},
		{"another bankruptcy", company, order, "insolvency bankrupt since 2029-12-01", "set bankrupt"},
		{"no answer says nothing", company, order, "insolvency no-answer", ""},
		{"WSNP", consumer, "", "insolvency wsnp since 2029-09-10", "set wsnp"},
		{"in debt counselling", consumer, "", "insolvency debt-counselling since 2029-09-10", "set debt-counselling"},
		{"died", consumer, "", "address deceased since 2029-09-10", "set deceased"},
		{"debt restructuring of a company: a person looks", company, "", "insolvency wsnp since 2029-09-10", "task wrong-answer"},
		{"the death of a company: a person looks", company, "", "address deceased since 2029-09-10", "task wrong-answer"},
		{"the clean slate of a company ends nothing: a person looks", company, "", "insolvency clean-slate since 2029-09-10", "task wrong-answer"},
		{"a debt restructuring of a company that is not there any more was none", company, "insolvency wsnp since 2029-09-10", "insolvency none", ""},
		{"the clean slate of a sole trader", "sole trader; 1000.00 due 2026-02-28", "", "insolvency clean-slate since 2029-09-10", "ends insolvency"},
		{"the death of a sole trader", "sole trader; 1000.00 due 2026-02-28", "", "address deceased since 2029-09-10", "set deceased"},
		{"moved", consumer, "", "address moved since 2029-09-10", "set address-unknown, task find-address"},
		{"dissolved", company, "", "company dissolved since 2029-09-10", "task dissolved"},
		{"a clean slate", consumer, "insolvency wsnp since 2029-01-01", "insolvency clean-slate since 2029-09-10", "ends insolvency"},
		{"the bankruptcy of a company ends, and so does the company", company + "; flagged bankrupt from 2029-09-10", order, "insolvency bankruptcy-ended since 2029-12-01", "ends insolvency"},
		{"a natural person still owes", consumer + "; flagged bankrupt from 2029-09-10", order, "insolvency bankruptcy-ended since 2029-12-01", "clear bankrupt"},
		{"a sole trader is one", "sole trader; 1000.00 due 2026-02-28; flagged bankrupt from 2029-09-10", order, "insolvency bankruptcy-ended since 2029-12-01", "clear bankrupt"},
		{"one of which nobody knew: a person looks", consumer, "", "insolvency bankruptcy-ended since 2029-12-01", "task insolvency-ended"},
		{"one that ended before the flag begins: a person looks", consumer + "; flagged bankrupt from 2029-12-01", order, "insolvency bankruptcy-ended since 2029-12-01", "task insolvency-ended"},
		{"an insolvency that is not there any more", company, order, "insolvency none", "task insolvency-ended"},
		{"a WSNP that is not there any more", consumer, "insolvency wsnp since 2029-01-01", "insolvency none", "task insolvency-ended"},
		{"an address that is right again asks nobody", consumer, "address moved since 2029-01-01", "address none", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			check := looked(c.check)
			if !check.Sound() {
				t.Fatalf("%s is no answer", c.check)
			}
			then := check.Consequence(tell(c.story), looked(c.before))
			if got := sayConsequence(then); got != c.want || (then.Task == "") != (then.Todo == "") {
				t.Errorf("%q (%s), want %q", got, then.Todo, c.want)
			}
		})
	}
}

// Before the advice a clean slate asks a person to look, and one of a company whether it is about this debtor.
func TestACleanSlateBeforeTheAdvice(t *testing.T) {
	t.Parallel()
	for kind, want := range map[string]string{"company": "task wrong-answer", "sole trader": "task insolvency-ended"} {
		look := looked("insolvency clean-slate since 2029-09-10")
		look.Cycle = claim.CycleBeforeAdvice
		if got := sayConsequence(look.Consequence(tell(kind+"; 1000.00 due 2026-02-28"), claim.Check{})); got != want {
			t.Errorf("%s: %s, want %s", kind, got, want)
		}
	}
}

// The owner of a business that is struck off still owes; nobody may take that for the end of a company.
func TestABusinessThatIsNoMore(t *testing.T) {
	t.Parallel()
	for kind, want := range map[string]string{"company": "if nothing is, end monitoring", "sole trader": "its owner still owes the debt"} {
		then := looked("company dissolved since 2029-09-10").Consequence(tell(kind+"; 1000.00 due 2026-02-28"), claim.Check{})
		if !strings.Contains(then.Todo, want) {
			t.Errorf("%s: %s", kind, then.Todo)
		}
	}
}

// A finding that sets a flag has the name of that flag.
func TestFindingsNameFlags(t *testing.T) {
	t.Parallel()
	for _, register := range claim.Registers() {
		for _, found := range register.Findings() {
			set := claim.Check{Register: register, Found: found, Since: calendar.MustParseDate("2029-09-10")}.Consequence(claim.Facts{Debtor: kinds["consumer"]}, claim.Check{}).Set
			if set != "" && !slices.Contains(claim.FlagKinds(), set) {
				t.Errorf("%s of the %s register sets %q, which is no flag", found, register, set)
			}
		}
	}
}

func TestAnswersThatARegisterCannotGive(t *testing.T) {
	t.Parallel()
	for text, sound := range map[string]bool{
		"insolvency none": true, "address no-answer": true, "company bankrupt since 2030-01-01": true,
		"company wsnp since 2029-01-01": false, "address dissolved since 2029-01-01": false, "police none": false, "insolvency perhaps since 2029-01-01": false,
		"insolvency bankrupt": false, "insolvency none since 2029-01-01": false, "insolvency bankrupt since 2030-01-02": false, // it is 2030-01-01
	} {
		if got := looked(text).Sound(); got != sound {
			t.Errorf("%s: %v", text, got)
		}
	}
}

func TestHowMonitoringMayEnd(t *testing.T) {
	t.Parallel()
	monitored := func(story string) claim.Facts {
		f := tell(story)
		f.Status, f.MonitoredFrom = claim.StatusOpen, calendar.MustParseDate("2027-01-04")
		return f
	}
	saw := func(story, check string) claim.Facts {
		f := monitored(story)
		f.Checks = []claim.Check{looked(check)}
		return f
	}
	asked := func(f claim.Facts) claim.Facts { // a person was asked to look, when the register said so first
		f.Tasks = []claim.Task{{Key: claim.DissolvedTask}}
		return f
	}
	const company, consumer = "company; 1000.00 due 2026-02-28", "consumer; 1000.00 due 2026-02-28"
	const notDissolved = "no-assets needs a company that the register says is dissolved, or whose bankruptcy has ended (claim flag --clear); otherwise close the claim for what is so (claim close)"
	const runs = "insolvency needs that the WSNP of a natural person or the bankruptcy of a company has ended, by the insolvency register or by its flag (claim flag --clear); what a bankruptcy leaves a natural person owes still (art. 195 Fw). If the client wants no more debt monitoring, right would be the ending client"
	gone := func(f claim.Facts) claim.Facts { // a person was asked to look, when the register named the insolvency no more
		f.Tasks = []claim.Task{{Key: claim.InsolvencyEndedTask}}
		return f
	}
	for _, c := range []struct {
		name string
		f    claim.Facts
		end  claim.Ending
		want string
	}{
		{"the client's wish needs nothing", monitored(consumer), claim.EndWish, ""},
		{"an insolvency that was", monitored(consumer + "; flagged wsnp from 2027-03-11 to 2030-03-10"), claim.EndInsolvency, ""},
		{"one that never was", monitored(consumer), claim.EndInsolvency, runs},
		{"one that was a mistake", monitored(consumer + "; flagged bankrupt from 2027-03-11 to 2027-03-10"), claim.EndInsolvency, runs},
		{"a WSNP that runs", monitored(consumer + "; flagged wsnp from 2027-03-11"), claim.EndInsolvency, runs},
		{"one that runs after another had ended", monitored(consumer + "; flagged wsnp from 2027-03-11 to 2030-03-10; flagged bankrupt from 2030-03-11"), claim.EndInsolvency, runs},
		{"a second that runs, of which nobody has looked, after a question about the first was done", gone(saw(consumer+"; flagged wsnp from 2027-03-11 to 2029-03-10; flagged wsnp from 2030-03-11", "insolvency none")), claim.EndInsolvency, runs},
		{"a clean slate, and a bankruptcy since", saw(consumer+"; flagged wsnp from 2027-03-11 to 2028-03-10; flagged bankrupt from 2029-03-11", "insolvency clean-slate since 2028-03-11"), claim.EndInsolvency, runs},
		{"a bankruptcy that a natural person had: it owes still", monitored(consumer + "; flagged bankrupt from 2027-03-11 to 2030-03-10"), claim.EndInsolvency, runs},
		{"one that a natural person has", monitored(consumer + "; flagged bankrupt from 2027-03-11"), claim.EndInsolvency, runs},
		{"a clean slate that the register tells, of before the flag was cleared", saw(consumer+"; flagged wsnp from 2027-03-11", "insolvency clean-slate since 2030-03-11"), claim.EndInsolvency, ""},
		{"a WSNP that the register names still", gone(saw(consumer+"; flagged wsnp from 2027-03-11", "insolvency wsnp since 2027-03-11")), claim.EndInsolvency, runs},
		{"one that it names no more, which a person has looked at", gone(saw(consumer+"; flagged wsnp from 2027-03-11", "insolvency none")), claim.EndInsolvency, ""},
		{"one of which it says nothing, and never did", saw(consumer+"; flagged wsnp from 2027-03-11", "insolvency none"), claim.EndInsolvency, runs},
		{"a bankruptcy of a natural person that it names no more", gone(saw(consumer+"; flagged bankrupt from 2027-03-11", "insolvency none")), claim.EndInsolvency, runs},
		{"a bankruptcy of a company that has ended", monitored(company + "; flagged bankrupt from 2027-03-11 to 2030-03-10"), claim.EndInsolvency, ""},
		{"one that has not", monitored(company + "; flagged bankrupt from 2027-03-11"), claim.EndInsolvency, runs},
		{"one that has, by its register", saw(company+"; flagged bankrupt from 2027-03-11", "insolvency bankruptcy-ended since 2030-03-11"), claim.EndInsolvency, ""},
		{"a death", monitored(consumer + "; flagged deceased from 2027-03-11"), claim.EndEstate, ""},
		{"nobody died", monitored(consumer), claim.EndEstate, "no-estate needs that the debtor has died (claim flag)"},
		{"a company that is dissolved", saw(company, "company dissolved since 2029-09-10"), claim.EndAssets, ""},
		{"one that its register does not tell of now, and did", asked(saw(company, "company no-answer")), claim.EndAssets, ""},
		{"one of which it never told", saw(company, "company no-answer"), claim.EndAssets, notDissolved},
		{"one that is registered again", asked(saw(company, "company none")), claim.EndAssets, notDissolved},
		{"one that is bankrupt", monitored(company + "; flagged bankrupt from 2027-03-11"), claim.EndAssets, notDissolved},
		{"one whose bankruptcy ended", monitored(company + "; flagged bankrupt from 2027-03-11 to 2029-03-10"), claim.EndAssets, ""},
		{"one whose bankruptcy was a mistake", monitored(company + "; flagged bankrupt from 2027-03-11 to 2027-03-10"), claim.EndAssets, notDissolved},
		{"a company that is there", monitored(company), claim.EndAssets, notDissolved},
		{"a person is not dissolved", saw(consumer, "company dissolved since 2029-09-10"), claim.EndAssets, notDissolved},
		{"for no reason", monitored(consumer), "tired", `"tired" is not client, insolvency, no-estate or no-assets`},
		{"before it began", func() claim.Facts { f := monitored(consumer); f.MonitoredFrom = calendar.Date{}; return f }(), claim.EndWish, "the claim is not being monitored; right would be the decision of the client (claim decide) or a withdrawal"},
		{"before it began, and it was chosen", func() claim.Facts {
			f := monitored(consumer)
			f.MonitoredFrom, f.Decision = calendar.Date{}, &claim.Decision{Choice: claim.ChooseMonitoring, On: calendar.MustParseDate("2027-03-10")}
			return f
		}(), claim.EndWish, "debt monitoring was chosen on 2027-03-10 and has not begun, since the claim waits (claim show says for what); right would be to ask it once it has begun, a withdrawal, or an operator who closes the claim (claim close)"},
		{"after it ended", func() claim.Facts { f := monitored(consumer); f.Status = claim.StatusPaid; return f }(), claim.EndWish, "the claim is paid"},
	} {
		if got := c.f.MayEnd(c.end); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
	for _, e := range claim.Endings() {
		if e.Reason() == "" {
			t.Errorf("%s has no reason", e)
		}
	}
}
