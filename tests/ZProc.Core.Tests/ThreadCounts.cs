namespace ZProc.Core.Tests;

/// <summary>Tests that count the threads of the process. No other tests run beside them.</summary>
[CollectionDefinition(nameof(ThreadCounts), DisableParallelization = true)]
public sealed class ThreadCounts;
