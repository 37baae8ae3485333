// Command devserver is a real Temporal server with its web UI in one process, for development and tests.
//
// It must never serve production: there is no authentication and no TLS, all four Temporal services share one
// process, rate limits are lifted, and -time-skipping lets any client move the clock of a workflow.
//
// It lives in its own module so that the some 200 dependencies of the server never enter the main one; the main
// program and its tests only start the built binary and wait for its single line on standard output:
//
//	ready 127.0.0.1:7233 http://127.0.0.1:8233
//
// Everything else goes to standard error. Exit status 0 means stopped on request, 1 means one line of explanation.
// All state is in the database given with -db: kill -9 and a restart lose nothing.
//
// Build and test, in this directory (the tag leaves out cloud storage clients; use it for both, or everything is
// compiled twice, which takes minutes):
//
//	go build -tags disable_grpc_modules -ldflags '-s -w' -o ../../bin/devserver .
//	go test -tags disable_grpc_modules .
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"strings"
	"syscall"
	"time"
)

// parentPID is read before anything else can take time, so that a parent which dies early is noticed.
var parentPID = os.Getppid()

// stopTimeout bounds a clean stop. Everything that matters is committed already; what is cut off is long polls.
const stopTimeout = 20 * time.Second

func main() {
	// Garbage is collected when the heap has grown fivefold instead of twofold, up to a limit: a third of a millisecond less of the processor for each step of a workflow.
	debug.SetGCPercent(400)
	debug.SetMemoryLimit(1 << 30)

	// Libraries print where they like; the caller reads our standard output by the line.
	stdout := os.Stdout
	os.Stdout = os.Stderr

	err := run(os.Args[1:], stdout)
	if errors.Is(err, flag.ErrHelp) {
		os.Exit(0)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "devserver:", oneLine(err))
		os.Exit(1)
	}
}

func run(args []string, stdout io.Writer) error {
	opts, err := parseOptions(args, os.Stderr)
	if err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if opts.exitWithParent {
		var cancel context.CancelFunc
		ctx, cancel = context.WithCancel(ctx)
		go cancelWithParent(ctx, cancel)
	}
	return serve(ctx, opts, stdout)
}

// serve runs the server and its UI until ctx ends.
func serve(ctx context.Context, opts *options, stdout io.Writer) error {
	if err := opts.choosePorts(); err != nil {
		return err
	}
	logger := newLogger(opts.verbose)
	if err := setupSchema(ctx, opts.db, logger); err != nil {
		return err
	}
	if err := createNamespace(opts); err != nil {
		return err
	}
	server, err := startServer(opts, logger)
	if err != nil {
		return err
	}
	defer foldSQLite(opts.db, logger)
	defer stopWithin(stopTimeout, server.Stop)

	if err := awaitNamespace(ctx, opts); err != nil {
		return ignoreStop(ctx, err)
	}
	if opts.withUI {
		ui := startUI(opts)
		defer ui.Stop()
		if err := awaitUI(ctx, opts.uiURL()); err != nil {
			return ignoreStop(ctx, err)
		}
	}
	_, _ = fmt.Fprintln(stdout, strings.TrimSpace("ready "+opts.listen.String()+" "+opts.uiURL()))
	<-ctx.Done()
	return nil
}

// ignoreStop drops an error that only says we were asked to stop while starting.
func ignoreStop(ctx context.Context, err error) error {
	if ctx.Err() == nil {
		return err
	}
	return nil
}

// stopWithin gives stop a limited time: a client that holds a long poll open must not keep the process alive.
func stopWithin(limit time.Duration, stop func() error) {
	done := make(chan error, 1)
	go func() { done <- stop() }()
	select {
	case err := <-done:
		if err != nil {
			fmt.Fprintln(os.Stderr, "devserver: stop:", oneLine(err))
		}
	case <-time.After(limit):
		fmt.Fprintln(os.Stderr, "devserver: stop took longer than", limit, "and was cut short; nothing is lost")
	}
}

// cancelWithParent stops the server once the process that started it is gone, so that a crashed or killed test
// leaves no orphan behind. It polls: the kernel's parent-death signal follows the parent's thread, not its process.
func cancelWithParent(ctx context.Context, cancel context.CancelFunc) {
	for ctx.Err() == nil {
		if os.Getppid() != parentPID {
			cancel()
			return
		}
		time.Sleep(250 * time.Millisecond)
	}
}

// oneLine keeps the promise that an error is one line, whatever the libraries put into theirs.
func oneLine(err error) string {
	return strings.Join(strings.Fields(err.Error()), " ")
}
