package main

import (
	"fmt"
	"net"
	"time"

	"go.temporal.io/server/common/authorization"
	"go.temporal.io/server/common/cluster"
	"go.temporal.io/server/common/config"
	"go.temporal.io/server/common/dynamicconfig"
	"go.temporal.io/server/common/log"
	"go.temporal.io/server/common/membership/static"
	"go.temporal.io/server/common/primitives"
	"go.temporal.io/server/temporal"
)

const (
	localhost   = "127.0.0.1"
	clusterName = "active"
)

// noLimit is more calls per second than one machine can make: a benchmark must meet the database, not a quota.
const noLimit = 1_000_000

// maxSkips replaces the server's 200 time skips per session: a claim in debt monitoring makes some hundred a year.
const maxSkips = 100_000

// newLogger is silent but for fatal errors, which end the process; -v adds warnings. It writes to standard error.
func newLogger(verbose bool) log.Logger {
	level := "fatal"
	if verbose {
		level = "warn"
	}
	return log.NewZapLogger(log.BuildZapLogger(log.Config{Level: level, Format: "console"}))
}

func startServer(opts *options, logger log.Logger) (temporal.Server, error) {
	server, err := temporal.NewServer(
		temporal.WithConfig(serverConfig(opts)),
		temporal.ForServices(temporal.DefaultServices),
		temporal.WithStaticHosts(map[primitives.ServiceName]static.Hosts{
			primitives.FrontendService: static.SingleLocalHost(opts.listen.String()),
			primitives.HistoryService:  static.SingleLocalHost(localAddress(opts.internalPorts[0])),
			primitives.MatchingService: static.SingleLocalHost(localAddress(opts.internalPorts[1])),
			primitives.WorkerService:   static.SingleLocalHost(localAddress(opts.internalPorts[2])),
		}),
		temporal.WithLogger(logger),
		temporal.WithAuthorizer(authorization.NewNoopAuthorizer()),
		temporal.WithDynamicConfigClient(dynamicConfig(opts)),
	)
	if err != nil {
		return nil, fmt.Errorf("make server: %w", err)
	}
	if err := server.Start(); err != nil {
		return nil, fmt.Errorf("start server: %w", err)
	}
	return server, nil
}

// serverConfig is the static configuration of a single-process cluster.
func serverConfig(opts *options) *config.Config {
	return &config.Config{
		Global: config.Global{Membership: config.Membership{
			MaxJoinDuration:  30 * time.Second,
			BroadcastAddress: localhost,
		}},
		Persistence: config.Persistence{
			DefaultStore:     "main",
			VisibilityStore:  "visibility",
			NumHistoryShards: int32(opts.shards),
			DataStores: map[string]config.DataStore{
				"main":       {SQL: &opts.db.main},
				"visibility": {SQL: &opts.db.visibility},
			},
		},
		ClusterMetadata: &cluster.Config{
			FailoverVersionIncrement: 10,
			MasterClusterName:        clusterName,
			CurrentClusterName:       clusterName,
			ClusterInformation: map[string]cluster.ClusterInformation{clusterName: {
				Enabled:                true,
				InitialFailoverVersion: 1,
				RPCAddress:             opts.listen.String(),
			}},
		},
		DCRedirectionPolicy: config.DCRedirectionPolicy{Policy: "noop"},
		Services: map[string]config.Service{
			"frontend": service(opts.listen.IP.String(), opts.listen.Port),
			"history":  service(localhost, opts.internalPorts[0]),
			"matching": service(localhost, opts.internalPorts[1]),
			"worker":   service(localhost, opts.internalPorts[2]),
		},
		Archival: config.Archival{
			History:    config.HistoryArchival{State: "disabled"},
			Visibility: config.VisibilityArchival{State: "disabled"},
		},
		PublicClient: config.PublicClient{HostPort: opts.listen.String()},
		NamespaceDefaults: config.NamespaceDefaults{Archival: config.ArchivalNamespaceDefaults{
			History:    config.HistoryArchivalNamespaceDefaults{State: "disabled"},
			Visibility: config.VisibilityArchivalNamespaceDefaults{State: "disabled"},
		}},
	}
}

func service(ip string, port int) config.Service {
	return config.Service{RPC: config.RPC{BindOnIP: ip, GRPCPort: port}}
}

// localAddress is host:port on the loopback interface, where all services but the frontend live.
func localAddress(port int) string {
	return (&net.TCPAddr{IP: net.ParseIP(localhost), Port: port}).String()
}

// dynamicConfig uses the server's own constants, so that a renamed key breaks the build instead of being ignored.
func dynamicConfig(opts *options) dynamicconfig.StaticClient {
	values := dynamicconfig.StaticClient{
		// The SQL schema has VARCHAR(255) where the server allows 1000 characters.
		dynamicconfig.MaxIDLengthLimit.Key(): 255,

		dynamicconfig.FrontendRPS.Key():                                  noLimit,
		dynamicconfig.FrontendMaxNamespaceRPSPerInstance.Key():           noLimit,
		dynamicconfig.FrontendMaxNamespaceVisibilityRPSPerInstance.Key(): noLimit,
		// Long polls and queries at the same time, per API: thousands of update waits in a load test.
		dynamicconfig.FrontendMaxConcurrentLongRunningRequestsPerInstance.Key(): 20_000,
		dynamicconfig.FrontendPersistenceMaxQPS.Key():                           noLimit,
		dynamicconfig.HistoryRPS.Key():                                          noLimit,
		dynamicconfig.HistoryPersistenceMaxQPS.Key():                            noLimit,
		dynamicconfig.MatchingRPS.Key():                                         noLimit,
		dynamicconfig.MatchingPersistenceMaxQPS.Key():                           noLimit,
		dynamicconfig.WorkerPersistenceMaxQPS.Key():                             noLimit,
		dynamicconfig.VisibilityPersistenceMaxReadQPS.Key():                     noLimit,
		dynamicconfig.VisibilityPersistenceMaxWriteQPS.Key():                    noLimit,
		// One partition per task queue: with the default four, a worker with few pollers can leave a task lying in a
		// partition where nobody looks.
		dynamicconfig.MatchingNumTaskqueueReadPartitions.Key():  1,
		dynamicconfig.MatchingNumTaskqueueWritePartitions.Key(): 1,
	}
	if opts.timeSkipping {
		values[dynamicconfig.WorkflowTimeSkippingEnabled.Key()] = true
		values[dynamicconfig.WorkflowTimeSkippingMaxSkipPerSession.Key()] = maxSkips
		// A skipped timer fires at the next look of the timer queue; the default look-ahead costs a second per skip.
		values[dynamicconfig.TimerProcessorMaxTimeShift.Key()] = 10 * time.Millisecond
		// Server 1.32.1 counts skipped time twice in the start time of a run that continued as new. From that it
		// concludes that the run was too short, delays the next one, and skips to the end of the delay: weeks or
		// months are jumped over in silence. Without a minimal interval there is no delay and all dates are right.
		values[dynamicconfig.WorkflowIdReuseMinimalInterval.Key()] = time.Duration(0)
	}
	return values
}
