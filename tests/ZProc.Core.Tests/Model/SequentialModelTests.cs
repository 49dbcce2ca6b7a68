using CsCheck;
using ZProc.Core.Client;
using ZProc.Core.Tests.Engines;
using ZProc.StatePeer;

namespace ZProc.Core.Tests.Model;

/// <summary>
/// One operation after the other, of clients in turns: each outcome and each read is the model's.
/// A failure prints its seed; the environment variable CsCheck_Seed=… replays it.
/// </summary>
public sealed class SequentialModelTests
{
    private readonly EngineServers _servers;
    private int _runs;

    public SequentialModelTests(EngineServers servers) => _servers = servers;

    [Theory]
    [InlineData(GroundKind.OwnServer, 400)]
    [InlineData(GroundKind.DurableAlways, 60)]
    [InlineData(GroundKind.Redis, 60)]
    [InlineData(GroundKind.Garnet, 60)]
    public void Clients_do_what_the_model_does(GroundKind kind, int runs)
    {
        using var ground = Ground.Create(kind, _servers);
        using var second = ground.Connect();
        using var third = ground.Connect();
        IClient[] clients = [ground.Observer, second, third];
        Gen.Select(Gen.Int[0, 2], StepGenerators.Unhurried).Array[1, 60].Sample(
            steps => Run(ground, clients, steps), iter: runs, threads: 1, print: steps => string.Join("\n", steps.Select(step => $"client {step.Item1}: {step.Item2}")));
    }

    private void Run(Ground ground, IClient[] clients, (int Client, Step Step)[] steps)
    {
        string[] spaces = [.. Enumerable.Range(0, StepGenerators.Spaces).Select(space => $"run {_runs}, {space}")];
        _runs++;
        var judge = new Judge(ground.MaximumValueBytes, ground.Sequence);
        var workers = clients.Select((client, number) => new WorkingClient(client, number, spaces)).ToArray();
        foreach (var (client, step) in steps)
        {
            var sequence = judge.Timeline.Sequence;
            var worker = workers[client];
            worker.Perform(step);
            worker.Drain();
            JudgeAll(judge, worker.Log);
            worker.ReadAll(0);
            JudgeAll(judge, worker.Log);
            for (var other = 0; other < workers.Length; other++)
            {
                // A client that has not heard of the step sees the state before or after it; later, the state after it.
                var behind = Math.Min(clients[other].ObservedSequence, sequence);
                workers[other].Perform(new ReadStep(0, "n", false));
                judge.Check(workers[other].Log[^1], behind, judge.Timeline.Sequence);
                workers[other].Log.Clear();
                workers[other].ReadAll(judge.Timeline.Sequence);
                JudgeAll(judge, workers[other].Log);
            }
        }
    }

    private static void JudgeAll(Judge judge, List<Observation> log)
    {
        foreach (var seen in log)
        {
            if (seen.Result is { Changed: true })
            {
                judge.Replay(seen);
            }
            else
            {
                judge.Check(seen, judge.Timeline.Sequence, judge.Timeline.Sequence);
            }
        }

        log.Clear();
    }
}
