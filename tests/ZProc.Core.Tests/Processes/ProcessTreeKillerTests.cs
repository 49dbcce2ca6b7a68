using Xunit;
using ZProc.Core.Processes;

namespace ZProc.Core.Tests.Processes;

/// <summary>The rounds in which a tree is killed, over processes that exist only here.</summary>
public sealed class ProcessTreeKillerTests
{
    private readonly FakeProcesses _processes = new();

    [Fact]
    public void Kills_all_of_a_round_before_it_waits_for_any()
    {
        _processes.Alive = [new(1_000_000_001, 1), new(1_000_000_002, 1)];
        Assert.True(Kill(TestValues.Soon));
        Assert.Equal(["kill 1000000001", "kill 1000000002", "wait 1000000001", "wait 1000000002"], _processes.Calls);
    }

    [Fact]
    public void Goes_on_until_a_process_forked_meanwhile_is_gone_too()
    {
        _processes.Alive = [new(1_000_000_001, 1)];
        _processes.Forks.Push(new(1_000_000_003, 2));
        _processes.Forks.Push(new(1_000_000_002, 2));
        Assert.True(Kill(TestValues.Soon));
        Assert.Empty(_processes.Alive);
        Assert.Equal(["1000000001", "1000000002", "1000000003"], _processes.Calls.Where(call => call.StartsWith("kill", StringComparison.Ordinal)).Select(call => call[5..]));
    }

    [Fact]
    public void Gives_up_at_the_bound()
    {
        _processes.Alive = [new(1_000_000_001, 1)];
        _processes.Unkillable = true;
        Assert.False(Kill(TimeSpan.FromMilliseconds(1)));
    }

    [Fact]
    public void Has_nothing_to_do_for_an_empty_tree()
    {
        Assert.True(Kill(TimeSpan.Zero));
        Assert.Empty(_processes.Calls);
    }


    private bool Kill(TimeSpan bound) => ProcessTreeKiller.Kill(_processes, () => [.. _processes.Alive], bound);

    private sealed class FakeProcesses : IUnixProcesses
    {
        public List<ProcessIdentity> Alive { get; set; } = [];

        /// <summary>The next kill lets one of these appear.</summary>
        public Stack<ProcessIdentity> Forks { get; } = new();

        public bool Unkillable { get; set; }

        public List<string> Calls { get; } = [];

        public IReadOnlyList<ProcessEntry> List() => [.. Alive.Select(process => new ProcessEntry(process, 1, 1))];

        public bool CarriesLineage(ProcessEntry process, Lineage lineage) => false;

        public void Terminate(ProcessIdentity process) => Calls.Add($"terminate {process.Id}");

        public void Kill(ProcessIdentity process)
        {
            Calls.Add($"kill {process.Id}");
            if (!Unkillable)
            {
                Alive.Remove(process);
            }

            if (Forks.TryPop(out var fork))
            {
                Alive.Add(fork);
            }
        }

        public void WaitForExit(ProcessIdentity process, TimeSpan bound) => Calls.Add($"wait {process.Id}");
    }
}
