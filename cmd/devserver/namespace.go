package main

import (
	"context"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"time"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/operatorservice/v1"
	"go.temporal.io/api/workflowservice/v1"
	sqliteschema "go.temporal.io/server/schema/sqlite"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/protobuf/types/known/durationpb"
)

const (
	readyTimeout = 60 * time.Second
	readyPoll    = 20 * time.Millisecond
	// cacheRefresh is how often the services re-read namespaces (system.namespaceCacheRefreshInterval), and a little.
	cacheRefresh = 2500 * time.Millisecond
)

// createNamespace writes the namespace into the database before the server starts, so that every service has it in
// its cache from the first moment; one registered later takes seconds to arrive everywhere. An existing namespace
// is left as it is. The helper is the server's own and works for each SQL store, whatever its package is called.
func createNamespace(opts *options) error {
	namespace, err := sqliteschema.NewNamespaceConfig(clusterName, opts.namespace, false, opts.searchAttributes)
	if err != nil {
		return fmt.Errorf("namespace %s: %w", opts.namespace, err)
	}
	namespace.Detail.Config.Retention = durationpb.New(opts.retention)
	if err := sqliteschema.CreateNamespaces(&opts.db.main, namespace); err != nil {
		return fmt.Errorf("create namespace %s in %s: %w", opts.namespace, opts.db.describe(), err)
	}
	return nil
}

// awaitNamespace returns once a client can really work: the frontend answers, the namespace has its search
// attributes, and the visibility store takes a query that uses them.
func awaitNamespace(ctx context.Context, opts *options) error {
	ctx, cancel := context.WithTimeout(ctx, readyTimeout)
	defer cancel()
	conn, err := grpc.NewClient(opts.listen.String(), grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }()

	frontend := workflowservice.NewWorkflowServiceClient(conn)
	if err := warnAboutShards(ctx, opts, frontend); err != nil {
		return fmt.Errorf("frontend %s: %w", opts.listen, err)
	}
	added, err := addSearchAttributes(ctx, opts, operatorservice.NewOperatorServiceClient(conn))
	if err != nil {
		return fmt.Errorf("namespace %s: %w", opts.namespace, err)
	}
	if err := retry(ctx, func() error { return usable(ctx, opts, frontend) }); err != nil {
		return fmt.Errorf("namespace %s: %w", opts.namespace, err)
	}
	if added { // the frontend knows them; the other services have caches of their own
		select {
		case <-ctx.Done():
		case <-time.After(cacheRefresh):
		}
	}
	return nil
}

func usable(ctx context.Context, opts *options, frontend workflowservice.WorkflowServiceClient) error {
	_, err := frontend.DescribeNamespace(ctx, &workflowservice.DescribeNamespaceRequest{Namespace: opts.namespace})
	if err != nil {
		return err
	}
	terms := []string{"WorkflowId = 'none'"}
	for _, name := range slices.Sorted(maps.Keys(opts.searchAttributes)) {
		terms = append(terms, "`"+name+"` IS NULL")
	}
	_, err = frontend.ListWorkflowExecutions(ctx, &workflowservice.ListWorkflowExecutionsRequest{
		Namespace: opts.namespace, PageSize: 1, Query: strings.Join(terms, " AND "),
	})
	return err
}

// addSearchAttributes registers what an existing namespace lacks. It never removes or retypes one.
func addSearchAttributes(ctx context.Context, opts *options, operator operatorservice.OperatorServiceClient) (bool, error) {
	var present map[string]enumspb.IndexedValueType
	err := retry(ctx, func() error {
		list, err := operator.ListSearchAttributes(ctx, &operatorservice.ListSearchAttributesRequest{Namespace: opts.namespace})
		present = list.GetCustomAttributes()
		return err
	})
	if err != nil {
		return false, err
	}
	missing := map[string]enumspb.IndexedValueType{}
	for name, kind := range opts.searchAttributes {
		switch have, ok := present[name]; {
		case !ok:
			missing[name] = kind
		case have != kind:
			return false, fmt.Errorf("search attribute %s is %s, not %s; it cannot change type", name, have, kind)
		}
	}
	if len(missing) == 0 {
		return false, nil
	}
	_, err = operator.AddSearchAttributes(ctx, &operatorservice.AddSearchAttributesRequest{
		Namespace: opts.namespace, SearchAttributes: missing,
	})
	return true, err
}

// warnAboutShards says when -shards has no effect, because the database was made with another number.
func warnAboutShards(ctx context.Context, opts *options, frontend workflowservice.WorkflowServiceClient) error {
	var info *workflowservice.GetClusterInfoResponse
	err := retry(ctx, func() (err error) {
		info, err = frontend.GetClusterInfo(ctx, &workflowservice.GetClusterInfoRequest{})
		return err
	})
	if err == nil && int(info.GetHistoryShardCount()) != opts.shards {
		fmt.Fprintf(os.Stderr, "devserver: warning: the database has %d history shards and keeps them; -shards %d is ignored\n",
			info.GetHistoryShardCount(), opts.shards)
	}
	return err
}

// retry calls try until it succeeds or ctx ends, and then reports the last real error.
func retry(ctx context.Context, try func() error) error {
	for {
		err := try()
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(readyPoll):
		}
	}
}
