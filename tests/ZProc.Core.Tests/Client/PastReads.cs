using ZProc.Core.Client;

namespace ZProc.Core.Tests.Client;

/// <summary>The ways to read a key's earlier value.</summary>
internal static class PastReads
{
    public static TheoryData<string> All => [nameof(History.ValueAt), nameof(History.ValuesAt), nameof(History.EntriesAt)];

    public static object? Read(string way, IClient client, string ns, string key, long revision) => way switch
    {
        nameof(History.ValueAt) => client.ValueAt(ns, key, revision)?.Plain(),
        nameof(History.ValuesAt) => client.ValuesAt(ns, revision)[key].Plain(),
        _ => client.EntriesAt(ns, revision)[key].Value.Plain(),
    };
}
