using Xunit;
using ZProc.Core.Processes;
using ZProc.Core.State;
using ZProc.Core.Values;

namespace ZProc.Core.Tests.Processes;

public sealed class ProcessRecordTests
{
    private static readonly Guid Session = Guid.NewGuid();

    [Fact]
    public void Comes_back_as_it_was()
    {
        var time = new DateTime(2020, 1, 2, 3, 4, 5, DateTimeKind.Utc);
        var status = new ProcessStatus
        {
            State = ProcessState.Running, ProcessId = 7, Attempts = 2, Started = time, NextAttempt = time.AddSeconds(1), WasAbandoned = true, ExitCode = 3, Error = "bad", ErrorId = "Bad",
            History = [new ProcessAttempt(1, 7, time, time.AddSeconds(2), 3, "bad", "Bad"), new ProcessAttempt(2, null, time, time, 0, null, null)],
        };
        var record = Record(Guid.NewGuid(), Session) with { ParentName = "parent", Status = status };
        var copy = ProcessRecord.Decode(record.Key, record.Encode());
        Assert.Equal(status.History, copy.Status.History);
        Assert.Equal(Comparable(record), Comparable(copy));
    }

    [Fact]
    public void Has_a_bounded_size_whatever_the_script() =>
        Assert.True((Record(Guid.NewGuid(), Session) with { Command = new string('x', 1_000_000) }).Encode().Length < 4000);

    [Fact]
    public void A_value_that_is_no_record_is_malformed() => Assert.Equal(
        Fault.MalformedMessage, Assert.Throws<FaultException>(() => ProcessRecord.Decode(Guid.NewGuid().ToString(), ValueCodec.Encode("text"))).Fault);

    [Theory]
    [InlineData("text")]
    [InlineData(7)]
    [InlineData(null)]
    public void A_value_that_is_no_record_is_left_out_where_records_are_read(object? value)
    {
        Assert.Null(ProcessRecord.TryDecode(Guid.NewGuid().ToString(), ValueCodec.Encode(value)));
        Assert.Null(HostRecord.TryDecode(ValueCodec.Encode(value)));
    }

    [Fact]
    public void A_host_comes_back_as_it_was()
    {
        var host = new HostRecord { Name = "one", Session = Session, Process = new ProcessIdentity(7, 8), Machine = "m", Place = "elsewhere", IsEnding = true };
        Assert.Equal(host, HostRecord.TryDecode(host.Encode()));
        Assert.False(host.IsHere);
        Assert.True((host with { Place = ProcessPlace.Here.ToString() }).IsHere);
    }

    [Fact]
    public void The_processes_of_a_session_that_is_gone_are_lost_and_so_are_their_descendants()
    {
        var store = new Store();
        var worker = Record(Guid.NewGuid(), Session);
        var below = Record(Guid.NewGuid(), worker.Id);
        var furtherBelow = Record(Guid.NewGuid(), below.Id);
        var ended = Record(Guid.NewGuid(), Session) with { Status = new ProcessStatus { State = ProcessState.Completed } };
        var other = Record(Guid.NewGuid(), Guid.NewGuid());
        foreach (var record in new[] { furtherBelow, worker, ended, below, other })
        {
            Write(store, KeyName.Processes, record.Key, record.Encode());
        }

        Write(store, KeyName.Processes, "something else", ValueCodec.Encode(1));
        Write(store, KeyName.OutputPrefixOf(Session) + "1", "0", ValueCodec.Encode(1));
        Write(store, KeyName.OutputPrefixOf(other.Session) + "1", "0", ValueCodec.Encode(1));

        SourceCleanup.Run(store, Session);

        Assert.Equal(ProcessState.Lost, Read(store, worker).Status.State);
        Assert.Equal(ProcessState.Lost, Read(store, below).Status.State);
        Assert.Equal(ProcessState.Lost, Read(store, furtherBelow).Status.State);
        Assert.NotNull(Read(store, furtherBelow).Status.Ended);
        Assert.Equal(ProcessState.Completed, Read(store, ended).Status.State);
        Assert.Equal(Guid.Empty, Read(store, ended).Session);
        Assert.Equal(Comparable(other), Comparable(Read(store, other)));
        Assert.DoesNotContain(store.GetNamespaces(), space => space.Name.StartsWith(KeyName.OutputPrefixOf(Session), StringComparison.Ordinal));
        Assert.Contains(store.GetNamespaces(), space => space.Name.StartsWith(KeyName.OutputPrefixOf(other.Session), StringComparison.Ordinal));
    }

    private static ProcessRecord Record(Guid id, Guid session) => new()
    {
        Id = id, Name = "name", As = "Process", Status = new ProcessStatus { State = ProcessState.Running }, Session = session, Parent = session,
    };

    // Lists compare by reference.
    private static ProcessRecord Comparable(ProcessRecord record) => record with { Status = record.Status with { History = [] } };

    private static ProcessRecord Read(Store store, ProcessRecord record) =>
        ProcessRecord.Decode(record.Key, store.Get(KeyName.Processes, record.Key)!.Value.Value);

    private static void Write(Store store, string ns, string key, EncodedValue value)
    {
        FaultException? failure = null;
        store.Commit(new CommitTicket(
            new CommitRequest(ns, new Source(Session, "test", 1), [new Change(ChangeKind.Set, key, value)]), Session, (_, fault) => failure = fault));
        Assert.Null(failure);
    }
}
