package workflows

import (
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"github.com/incassocenter/dunning/activities"
)

// RegisterClaims gives a worker of QueueClaims what it runs.
func RegisterClaims(w worker.Registry, c *activities.Claims) {
	w.RegisterWorkflowWithOptions(Claim, workflow.RegisterOptions{Name: ClaimWorkflow})
	w.RegisterActivity(c)
}

// RegisterAgreements gives a worker of QueueClaims what it runs for agreements.
func RegisterAgreements(w worker.Registry, a *activities.Agreements) {
	w.RegisterWorkflowWithOptions(Agreement, workflow.RegisterOptions{Name: AgreementWorkflow})
	w.RegisterActivity(a)
}

// RegisterStatements gives a worker of QueueClaims what it runs for statements of the bank.
func RegisterStatements(w worker.Registry, s *activities.Statements) {
	w.RegisterWorkflowWithOptions(Statement, workflow.RegisterOptions{Name: StatementWorkflow})
	w.RegisterActivity(s)
}

// RegisterPayouts gives a worker of QueueClaims what it runs for payouts.
func RegisterPayouts(w worker.Registry, p *activities.Payouts) {
	w.RegisterWorkflowWithOptions(Payout, workflow.RegisterOptions{Name: PayoutWorkflow})
	w.RegisterActivity(p)
}

// RegisterBooks gives a worker of QueueClaims what it runs for the books.
func RegisterBooks(w worker.Registry, b *activities.Books) {
	w.RegisterWorkflowWithOptions(Books, workflow.RegisterOptions{Name: BooksWorkflow})
	w.RegisterActivity(b)
}

// RegisterLetters gives a worker of QueueLetters what it runs.
func RegisterLetters(w worker.Registry, l *activities.Letters) { w.RegisterActivity(l) }
