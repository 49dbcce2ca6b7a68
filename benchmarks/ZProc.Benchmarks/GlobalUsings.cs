global using ZProc.Benchmarks.Suite;
