package trajectory_test

import (
	"testing"

	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/trajectory"
)

func TestRepayment(t *testing.T) {
	t.Parallel()
	open, done, dropped := claim.Task{Open: true}, claim.Task{}, claim.Task{Dropped: true}
	about := func(task claim.Task, amount string) claim.Task {
		task.Key = "repay-surplus:" + amount
		return task
	}
	for _, c := range []struct {
		story   string
		tasks   []claim.Task
		surplus string
		want    string
	}{
		{"nothing was paid too much", nil, "0.00", ""},
		{"paid too much", nil, "496.16", "repay-surplus:496.16 496.16 was paid too much: tell the debtor, and see that it is paid back"},
		{"asked already", []claim.Task{about(open, "496.16")}, "496.16", ""},
		{"paid back", []claim.Task{about(done, "496.16")}, "496.16", ""},
		{"more came in after that", []claim.Task{about(done, "496.16")}, "596.16", "repay-surplus:596.16 596.16 was paid too much, of which 496.16 was paid back: tell the debtor, and see that 100.00 is paid back"},
		{"paid back twice", []claim.Task{about(done, "496.16"), about(done, "596.16")}, "596.17", "repay-surplus:596.17 596.17 was paid too much, of which 596.16 was paid back: tell the debtor, and see that 0.01 is paid back"},
		{"less is too much than was paid back", []claim.Task{about(done, "496.16")}, "400.00", ""},
		{"another was asked", []claim.Task{about(open, "496.16")}, "7995.95", "repay-surplus:7995.95 7995.95 was paid too much: tell the debtor, and see that it is paid back"},
		{"the bank took it back, and it came again", []claim.Task{about(dropped, "496.16")}, "496.16", "repay-surplus:496.16 496.16 was paid too much: tell the debtor, and see that it is paid back"},
		{"another task is no repayment", []claim.Task{{Key: "correct-letter:summons"}}, "1.00", "repay-surplus:1.00 1.00 was paid too much: tell the debtor, and see that it is paid back"},
	} {
		task, todo := trajectory.Repayment(c.tasks, money.MustParse(c.surplus))
		if got := task; got != "" && got+" "+todo != c.want || got == "" && c.want != "" {
			t.Errorf("%s: %s %s, want %s", c.story, task, todo, c.want)
		}
	}
}
