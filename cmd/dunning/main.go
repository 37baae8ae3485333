// Command dunning runs the amicable collection of unpaid invoices: each claim is one durable Temporal workflow, the facts are in PostgreSQL.
// This directory is the only place that wires adapters together; it holds no rule of the business.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/incassocenter/dunning/internal/postgres"
)

func main() { os.Exit(run(os.Args[1:])) }

// Exit codes: 0 success, 1 something outside failed, 2 wrong usage or refused input, 3 the input file is not what it should be.
func run(args []string) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	root := rootCommand()
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return 0
	}
	fmt.Fprintln(os.Stderr, "dunning: "+postgres.Unanswered(err).Error()) // here, for every command alike
	var coded *exitError
	if errors.As(err, &coded) {
		return coded.code
	}
	return 1
}

// exitError carries the exit code of an error.
type exitError struct {
	code int
	err  error
}

func (e *exitError) Error() string { return e.err.Error() }
func (e *exitError) Unwrap() error { return e.err }

// refused is wrong usage or refused input.
func refused(format string, args ...any) error { return &exitError{2, fmt.Errorf(format, args...)} }

// unreadable is an input file that is not what it should be.
func unreadable(format string, args ...any) error { return &exitError{3, fmt.Errorf(format, args...)} }
