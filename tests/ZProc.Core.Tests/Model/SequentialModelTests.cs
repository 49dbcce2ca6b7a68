using CsCheck;
using ZProc.Core.Client;
using ZProc.Core.Server;
using ZProc.Core.State;
using ZProc.StatePeer;
using static ZProc.Core.Tests.TestValues;

namespace ZProc.Core.Tests.Model;

/// <summary>
/// One operation after the other, of clients in turns: each outcome and each read is the model's.
/// A failure prints its seed; the environment variable CsCheck_Seed=… replays it.
/// </summary>
public sealed class SequentialModelTests : IDisposable
{
    private readonly StateServer _server = StateServer.Start(options: new StoreOptions { MaximumValueBytes = StepGenerators.MaximumValueBytes });
    private readonly IClient[] _clients;
    private int _runs;

    public SequentialModelTests() => _clients =
        [new LocalClient(_server.Store), RemoteClient.Connect(_server.Connection, InTime), RemoteClient.Connect(_server.Connection, InTime)];

    public void Dispose()
    {
        foreach (var client in _clients)
        {
            client.Dispose();
        }

        _server.Dispose();
    }

    [Fact]
    public void Clients_do_what_the_model_does() => Gen.Select(Gen.Int[0, 2], StepGenerators.Unhurried).Array[1, 60].Sample(
        Run, iter: 400, threads: 1, print: steps => string.Join("\n", steps.Select(step => $"client {step.Item1}: {step.Item2}")));

    private void Run((int Client, Step Step)[] steps)
    {
        string[] spaces = [.. Enumerable.Range(0, StepGenerators.Spaces).Select(space => $"run {_runs}, {space}")];
        _runs++;
        var judge = new Judge(StepGenerators.MaximumValueBytes, _server.Store.Sequence);
        var workers = _clients.Select((client, number) => new WorkingClient(client, number, spaces)).ToArray();
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
                var behind = Math.Min(_clients[other].ObservedSequence, sequence);
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
