using ZProc.Core.State;
using ZProc.Core.Values;

namespace ZProc.Core.Tests;

/// <summary>Short forms of values and requests that many tests use.</summary>
internal static class TestValues
{
    public const string Ns = "default";

    public static readonly Source Tester = new(Guid.NewGuid(), "tester", Environment.ProcessId);

    /// <summary>A net against a hang and no measure of speed: far longer than anything takes on a busy machine.</summary>
    public static readonly TimeSpan Soon = TimeSpan.FromSeconds(90);

    /// <summary>A deadline that only a hang misses.</summary>
    public static Deadline InTime => Deadline.After(Soon);

    public static EncodedValue V(object? value) => ValueCodec.Encode(value);

    public static object? Plain(this EncodedValue value) => ValueCodec.Decode(value);

    public static CommitRequest Set(string key, object? value, Source? source = null, long turn = 0) =>
        new(Ns, source ?? Tester, [new Change(ChangeKind.Set, key, V(value))], turn);

    public static CommitRequest Increment(string key, object by) => new(Ns, Tester, [new Change(ChangeKind.Increment, key, V(by))]);

    public static CommitRequest Remove(string key) => new(Ns, Tester, [new Change(ChangeKind.Remove, key)]);

    public static CommitRequest RemoveNamespace() => new(Ns, Tester, [new Change(ChangeKind.RemoveNamespace, "")]);

    public static Fault FaultOf(Action action) => Assert.Throws<FaultException>(action).Fault;

    public static Deadline In(double seconds) => Deadline.After(TimeSpan.FromSeconds(seconds));
}
