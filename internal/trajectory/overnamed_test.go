package trajectory_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/trajectory"
)

// named is a story in which the 14-day letter of 2026-10-21 leaves with what was known before it, and names what it has to, and in which something happens after that.
func named(t *testing.T, before, after string) claim.Facts {
	t.Helper()
	f := tell("consumer" + stickered + before)
	tables := library(t).Tables()
	account, err := f.AccountOn(tables, day("2026-10-21"))
	if err != nil {
		t.Fatal(err)
	}
	notice, err := f.NoticeOn(tables, account.Open.Principal, account.On)
	if err != nil {
		t.Fatal(err)
	}
	l := letterOf(f.Debtor, strings.Fields("2026-10-21 14-day-letter by email asked "+account.Open.Total().String()), account.On)
	l.Announced = notice.Announced
	f.Letters = append(f.Letters, l)
	for part := range strings.SplitSeq(after, ";") {
		if words := strings.Fields(part); len(words) > 0 {
			sentence(&f, words)
		}
	}
	return f
}

// judged judges the 14-day letter on a day.
func judged(t *testing.T, f claim.Facts, on string) claim.Facts {
	t.Helper()
	f, err := trajectory.Judged(f, pinned(t, f), day(on))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func noticeOf(f *claim.Facts) *claim.Letter {
	return &f.Letters[slices.IndexFunc(f.Letters, func(l claim.Letter) bool { return l.Kind == claim.FourteenDayLetter })]
}

// A 14-day letter named too much when its costs are more than the law allows over what is known by now to have been open on its day (art. 6:96 lid 6 BW; decision 72).
func TestA14DayLetterThatNamedTooMuch(t *testing.T) {
	t.Parallel()
	const late = "2026-10-14 paid 600.00 known 2026-10-30"
	for _, c := range []struct{ name, before, after, want string }{
		{"nothing came to be known", "", "", ""},
		{"paid before it, told after it", "", late, "150.00 by 0"},
		{"all of it", "", "2026-10-14 paid 1000.00 known 2026-10-30", "150.00 by 0"},
		{"more than that", "", "2026-10-14 paid 1050.00 known 2026-10-30", "150.00 by 0"},
		{"credited before it", "", "2026-10-14 credited 300.00 known 2026-10-30", "150.00 by 0"},
		{"known before it, and counted", "; 2026-10-14 paid 600.00 known 2026-10-20", "", ""},
		{"known on its day before it left, and counted", "; 2026-10-14 paid 600.00 known 2026-10-21", "", ""},
		{"known on its day after it had left", "", "2026-10-14 paid 600.00 known 2026-10-21", "150.00 by 0"},
		{"one counted that day, another known later that day", "; 2026-10-14 paid 300.00 known 2026-10-21", "2026-10-13 paid 400.00 known 2026-10-21", "105.66 by 1"},
		{"paid on its day and counted", "; 2026-10-21 paid 300.00 known 2026-10-21", "", ""},
		{"a little of that morning, counted, goes to interest first", "; 2026-10-21 paid 6.00 known 2026-10-21", "", ""},
		{"paid on its day and counted, and something of before it told later", "; 2026-10-21 paid 300.00 known 2026-10-21", "2026-10-14 paid 100.00 known 2026-10-30", "105.77 by 1"},
		{"paid on its day and told later: it crossed", "", "2026-10-21 paid 600.00 known 2026-10-30", ""},
		{"paid on its day and told that day after it had left: it crossed", "", "2026-10-21 paid 600.00 known 2026-10-21", ""},
		{"it crossed, and interest took what was paid before it", "", "2026-10-21 paid 600.00 known 2026-10-30; 2026-10-14 paid 2.00 known 2026-10-30", ""},
		{"interest took all that was paid before it", "", "2026-10-14 paid 2.00 known 2026-10-30", ""},
		{"paid within its term", "", "2026-10-26 paid 600.00 known 2026-10-30", ""},
		{"a cent was credited, and the costs are the same cents", "", "2026-10-14 credited 0.01 known 2026-10-30", ""},
		{"ten cents were credited, and the costs are a cent or two less", "", "2026-10-14 credited 0.10 known 2026-10-30", "150.00 by 0"},
		{"the minimum is right over either principal", "; principal 200.00", "2026-10-14 credited 50.00 known 2026-10-30", ""},
		{"the minimum, and all was paid", "; principal 200.00", "2026-10-14 paid 250.00 known 2026-10-30", "40.00 by 0"},
		{"the first left the minimum right, the second leaves nothing", "; principal 200.00", "2026-10-14 credited 50.00 known 2026-10-28; 2026-10-13 credited 150.00 known 2026-10-30", "40.00 by 1"},
		{"the first of two", "", late + "; 2026-10-10 paid 10.00 known 2026-10-28", "150.00 by 1"},
		{"a letter of another claim since takes nothing off", "; principal 200.00", "2026-10-25 noticed 200.00 named 40.00; 2026-10-14 credited 50.00 known 2026-10-30", ""},
		{"a person let it name less, which is lawful over the rest", "; reviewed 50.00", late, ""},
		{"so does one of the same contract", "; principal 200.00; instalments", "2026-10-25 noticed 200.00 named 40.00 of this contract; 2026-10-14 credited 50.00 known 2026-10-30", ""},
		{"a person's judgement since is no reason, and interest took what was paid before it", "", "reviewed 50.00; 2026-10-14 paid 2.00 known 2026-10-30", ""},
		{"nobody told when it came to be known", "", "2026-10-14 paid 600.00", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			f := judged(t, named(t, c.before, c.after), "2026-10-30")
			got, l := "", noticeOf(&f)
			if by := l.Overnamed; by.By != "" {
				if got = fmt.Sprintf("%s by %s", l.Announced.Costs, by.By); by.Known != day("2026-10-30") || !by.On.Before(l.On) {
					t.Errorf("%+v", by)
				}
			}
			if got != c.want || f.Void(*l) != (c.want != "") {
				t.Errorf("named %s, want %q, got %q", l.Announced.Costs, c.want, got)
			}
		})
	}
}

// A letter of before what it names was kept, one that came back, and one in business name nothing too much; one that may have left does.
func TestWhich14DayLettersAreJudged(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(f *claim.Facts, l *claim.Letter)
		want   bool
	}{
		"not kept":            {func(_ *claim.Facts, l *claim.Letter) { l.Announced = claim.Announced{} }, false},
		"came back":           {func(_ *claim.Facts, l *claim.Letter) { l.State = claim.LetterFailed }, false},
		"registered only":     {func(_ *claim.Facts, l *claim.Letter) { l.State = claim.LetterClaimed }, false},
		"on its way":          {func(_ *claim.Facts, l *claim.Letter) { l.State = claim.LetterSending }, true},
		"may have left":       {func(_ *claim.Facts, l *claim.Letter) { l.State = claim.LetterUnknown }, true},
		"in business":         {func(f *claim.Facts, _ *claim.Letter) { f.Debtor.InBusiness = true }, false},
		"less was named then": {func(_ *claim.Facts, l *claim.Letter) { l.Announced.Principal, l.Announced.Costs = 40000, 6000 }, false},
	} {
		f := named(t, "", "2026-10-14 paid 600.00 known 2026-10-30")
		c.change(&f, noticeOf(&f))
		f = judged(t, f, "2026-10-30")
		if got := noticeOf(&f).Overnamed.By != ""; got != c.want {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

// What made it too much is taken back: the letter is right after all while nobody told the debtor otherwise, and a letter that was withdrawn stays so.
func TestA14DayLetterThatWasRightAfterAll(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, told string
		void       bool
	}{
		{"nobody told the debtor", "", false},
		{"a correction said so", "2026-10-31 correction:14-day-letter by email asked 404.00 corrects 14-day-letter@2026-10-21=40451 void:14-day-letter@2026-10-21", true},
		{"a correction that said something else", "2026-10-31 correction:14-day-letter by email asked 404.00 corrects 14-day-letter@2026-10-21=40451", false},
		{"a correction that came back", "2026-10-31 correction:14-day-letter by email failed corrects 14-day-letter@2026-10-21=40451 void:14-day-letter@2026-10-21", false},
		{"it went again", "2026-10-31 14-day-letter#2 by email", true},
		{"a person told the debtor", "task correct-letter:14-day-letter done", true},
		{"a person said so", "task correct-letter:14-day-letter done told 14-day-letter@2026-10-21=40451 void:14-day-letter@2026-10-21", true},
		{"a person told something else", "task correct-letter:14-day-letter done told 14-day-letter@2026-10-21=40451", false},
		{"a person said so, and is asked again", "task correct-letter:14-day-letter open told 14-day-letter@2026-10-21=40451 void:14-day-letter@2026-10-21", true},
		{"a person was asked to, and has not", "task correct-letter:14-day-letter open", false},
		{"that had no reason any more", "task correct-letter:14-day-letter dropped", false},
	} {
		f := judged(t, named(t, "", "2026-10-14 paid 600.00 known 2026-10-30"), "2026-10-30")
		if c.told != "" {
			sentence(&f, strings.Fields(c.told))
		}
		f.Settlements = nil
		f = judged(t, f, "2026-11-02")
		if got := f.Void(*noticeOf(&f)); got != c.void {
			t.Errorf("%s: void %v, want %v", c.name, got, c.void)
		}
		if known := noticeOf(&f).Overnamed.Known; c.void && known != day("2026-10-30") {
			t.Errorf("%s: void since %s", c.name, known)
		}
	}
}

// Who told what was owed, and not that a 14-day letter does not count, has that still to tell: nobody ends the task.
func TestThatA14DayLetterDoesNotCountIsToldToo(t *testing.T) {
	t.Parallel()
	for told, want := range map[string]int{"14-day-letter@2026-10-21=40451": 0, "14-day-letter@2026-10-21=40451 void:14-day-letter@2026-10-21": 1} {
		for _, by := range []string{"2026-10-31 correction:14-day-letter by email asked 404.00 corrects " + told + "; task correct-letter:14-day-letter open", "task correct-letter:14-day-letter open told " + told} {
			f := judged(t, named(t, "", "2026-10-14 paid 600.00 known 2026-10-30; "+by), "2026-10-30")
			if ends := dropped(t, f, "2026-11-02 10:00"); len(ends) != want {
				t.Errorf("%s: ends %+v, want %d", by, ends, want)
			}
		}
	}
}

// The debtor is told, and the letter goes again with its own term before its costs are asked, also when what made it wrong was taken back since.
func TestA14DayLetterThatNamedTooMuchGoesAgain(t *testing.T) {
	t.Parallel()
	const (
		late = "2026-10-14 paid 600.00 known 2026-10-30"
		told = "; 2026-10-31 correction:14-day-letter by email asked 405.00 corrects 14-day-letter@2026-10-21=40469 void:14-day-letter@2026-10-21"
	)
	for _, c := range []struct{ name, after, back, at, want string }{
		{"it is told first", late, "", "2026-10-30 12:00", "correction:14-day-letter by email on 2026-10-30"},
		{"then it goes again", late + told, "", "2026-10-31 12:00", "14-day-letter by email on 2026-10-31"},
		{"and its own term is waited for", late + told + "; 2026-10-31 14-day-letter#2 by email", "", "2026-11-02 10:00", "summons by email on 2026-11-17"},
		{"taken back before it was told: nothing goes again", late, "2026-10-30", "2026-10-30 12:00", "summons by email on 2026-11-06"},
		{"taken back since it was told: it goes again all the same", late + told, "2026-11-01", "2026-11-02 10:00", "14-day-letter by email on 2026-11-02"},
		{"taken back since it went again", late + told + "; 2026-10-31 14-day-letter#2 by email", "2026-11-01", "2026-11-02 10:00", "summons by email on 2026-11-17"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			f := judged(t, named(t, "", c.after), "2026-10-30")
			if c.back != "" {
				f.Settlements = nil
				f = judged(t, f, c.back)
			}
			if _, got := next(t, f, c.at); got != c.want {
				t.Errorf("comes %q, want %q", got, c.want)
			}
		})
	}
}

// It is told as what it was, however little more it asked, and each letter that asked its costs by what made that wrong.
func TestThe14DayLetterThatNamedTooMuchIsTold(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, after, back, want string }{
		{"and the summons of before that was known, because of what was paid", "2026-11-06 summons by email asked 1157.00; 2026-10-14 paid 600.00 known 2026-11-09", "",
			"14-day-letter of 2026-10-21 asked 1005.15, owed 404.69: 14-day-letter-overnamed; summons of 2026-11-06 asked 1157.00, owed 405.40: paid"},
		{"the summons of after that asked no costs", "2026-11-06 summons by email asked 405.40; 2026-10-14 paid 600.00 known 2026-10-30", "",
			"14-day-letter of 2026-10-21 asked 1005.15, owed 404.69: 14-day-letter-overnamed"},
		{"taken back since it was told: the summons asked costs of a letter that does not count", "2026-11-06 summons by email asked 1157.00; 2026-10-14 paid 600.00 known 2026-11-09; 2026-11-10 correction:summons by email asked 405.00 corrects 14-day-letter@2026-10-21=40469 void:14-day-letter@2026-10-21 summons@2026-11-06=40540", "2026-11-12",
			"14-day-letter of 2026-10-21 asked 1005.15, owed 1005.15: 14-day-letter-overnamed; summons of 2026-11-06 asked 1157.00, owed 1006.90: 14-day-letter-overnamed"},
		{"though it asked ten cents more", "2026-10-14 credited 0.10 known 2026-10-30", "", "14-day-letter of 2026-10-21 asked 1005.15, owed 1005.05: 14-day-letter-overnamed"},
	} {
		f := judged(t, named(t, "", c.after), "2026-11-09")
		if c.back != "" {
			f.Settlements = nil
			f = judged(t, f, c.back)
		}
		if got := faults(t, f); got != c.want {
			t.Errorf("%s:\n%s\nwant\n%s", c.name, got, c.want)
		}
		if untold, err := trajectory.Untold(f, pinned(t, f)); err != nil || c.back != "" && len(untold) > 0 || c.back == "" && len(untold) == 0 {
			t.Errorf("%s: untold %v, %v", c.name, untold, err)
		}
	}
}

// A correction of before it was known told the same amounts: that the letter does not count is told all the same, once.
func TestThatALetterDoesNotCountIsTold(t *testing.T) {
	t.Parallel()
	f := judged(t, named(t, "", "2026-10-14 credited 0.10 known 2026-10-30; 2026-10-31 correction:14-day-letter by email asked 1005.00 corrects 14-day-letter@2026-10-21=100505"), "2026-10-31")
	untold, err := trajectory.Untold(f, pinned(t, f))
	if err != nil || len(untold) != 1 {
		t.Fatalf("%v, %v", untold, err)
	}
	marks := trajectory.Corrects(untold)
	if want := "14-day-letter@2026-10-21=100505 void:14-day-letter@2026-10-21"; marks != want {
		t.Errorf("%q, want %q", marks, want)
	}
	if why := untold[0].Why(); !strings.HasPrefix(why, "the 14-day letter named too much, which settlement 0 of 2026-10-14 made known") {
		t.Error(why)
	}
	sentence(&f, strings.Fields("2026-11-01 correction:14-day-letter by email asked 1005.00 corrects "+marks))
	if untold, err = trajectory.Untold(f, pinned(t, f)); err != nil || len(untold) > 0 {
		t.Errorf("%v, %v", untold, err)
	}
}

// Before that came to be known, the letter counted; and what was held of it meanwhile stays known, whatever it is by now.
func TestA14DayLetterCountedUntilItWasKnown(t *testing.T) {
	t.Parallel()
	f := judged(t, named(t, "", "2026-10-14 paid 600.00 known 2026-10-30"), "2026-10-30")
	l := *noticeOf(&f)
	named := []claim.NamedTurn{{Known: day("2026-10-30"), Overnamed: l.Overnamed}, {Known: day("2026-11-04")}}
	l.Overnamed = claim.Overnamed{}
	record := claim.LetterRecord{Letter: l, Turns: []claim.LetterTurn{{Known: l.On, State: l.State}}, Named: named}
	for on, want := range map[string]bool{"2026-10-29": false, "2026-10-30": true, "2026-11-03": true, "2026-11-04": false} {
		if then, known := record.KnownOn(day(on)); !known || f.Void(then) != want {
			t.Errorf("%s: void %v, want %v", on, f.Void(then), want)
		}
	}
}

// The settlement that made it too much is taken back once the debtor was told: nothing is settled any more, and the letter that was withdrawn stays one that was wrong.
func TestA14DayLetterStaysWrongWithoutASettlement(t *testing.T) {
	t.Parallel()
	f := judged(t, named(t, "", "2026-10-14 paid 600.00 known 2026-10-30"), "2026-10-30")
	f.Settlements = nil
	if got := faults(t, f); !strings.HasSuffix(got, string(trajectory.CauseNamed)) {
		t.Errorf("%q", got)
	}
}

// The settlement that made it too much is taken back while another still does: that is the one that is named, of a letter that has been void since the first.
func TestA14DayLetterIsVoidByAnotherSettlement(t *testing.T) {
	t.Parallel()
	f := judged(t, named(t, "", "2026-10-14 paid 600.00 known 2026-10-30; 2026-10-12 paid 300.00 known 2026-11-12"), "2026-10-30")
	first := noticeOf(&f).Overnamed.By
	f.Settlements = slices.DeleteFunc(slices.Clone(f.Settlements), func(s claim.Settlement) bool { return s.Key == first })
	f = judged(t, f, "2026-11-20")
	if by := noticeOf(&f).Overnamed; by.By == first || by.On != day("2026-10-12") || by.Known != day("2026-10-30") {
		t.Errorf("void by %+v, and the first was %s", by, first)
	}
}
