using BenchmarkDotNet.Attributes;
using ZProc.Benchmarks.Peers;
using ZProc.Core;
using ZProc.Core.Client;
using ZProc.Core.Server;
using ZProc.Core.Values;
using ZProc.Core.Wire;

namespace ZProc.Benchmarks.Allocations;

/// <summary>The hot paths, as benchmarks of BenchmarkDotNet for its memory column.</summary>
public class StateOperations : IDisposable
{
    private readonly Dictionary<string, object?> _record = new() { ["name"] = "zproc", ["count"] = 42, ["load"] = 0.5, ["tags"] = new object[] { "a", "b" } };
    private EncodedValue _encoded;
    private StateServer? _server;
    private LocalClient? _local;
    private RemoteClient? _near;
    private RemoteClient? _far;
    private PeerProcess? _peer;
    private Watch? _watch;
    private Operations? _here;
    private Operations? _both;
    private Operations? _client;

    [GlobalSetup]
    public void Open()
    {
        _encoded = ValueCodec.Encode(_record);
        _server = StateServer.Start();
        _local = new LocalClient(_server.Store);
        _here = new Operations(_local);
        _near = RemoteClient.Connect(_server.Connection, Deadline.After(Operations.Bound));
        _both = new Operations(_near);
        _peer = new PeerProcess(ServerPeer.Role);
        _far = RemoteClient.Connect(ConnectionString.Parse(_peer.End()), Deadline.After(Operations.Bound));
        _client = new Operations(_far);
        _here.Write();
        _client.Write();
        _client.Read(1); // makes the replica
        _watch = _here.Watch("seen");
    }

    [GlobalCleanup]
    public void Dispose()
    {
        _watch?.Dispose();
        _far?.Dispose();
        _near?.Dispose();
        _peer?.Dispose();
        _local?.Dispose();
        _server?.Dispose();
        GC.SuppressFinalize(this);
    }

    [Benchmark(Description = "encode a dictionary of 4 entries")]
    public EncodedValue Encode() => ValueCodec.Encode(_record);

    [Benchmark(Description = "decode it")]
    public object? Decode() => ValueCodec.Decode(_encoded);

    [Benchmark(Description = "read, in the server's session")]
    public double LocalRead() => _here!.Read(1);

    [Benchmark(Description = "write, in the server's session")]
    public void LocalWrite() => _here!.Write();

    [Benchmark(Description = "write, and a watcher reads the update")]
    public void Watched() => _here!.Pass(_watch!);

    [Benchmark(Description = "read from the replica of another process")]
    public double RemoteRead() => _client!.Read(1);

    [Benchmark(Description = "acknowledged write from another process: the client")]
    public void RemoteWrite() => _client!.Write();

    [Benchmark(Description = "acknowledged write over the wire: client and server")]
    public void BothSides() => _both!.Write();
}
