namespace ZProc.Core.Tests;

/// <summary>Tests that count the process's threads: no others run beside them.</summary>
[CollectionDefinition(nameof(ThreadCounts), DisableParallelization = true)]
public sealed class ThreadCounts;
