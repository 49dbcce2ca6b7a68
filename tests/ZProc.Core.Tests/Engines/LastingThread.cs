using System.Collections.Concurrent;

namespace ZProc.Core.Tests.Engines;

/// <summary>
/// One thread that lives as long as this process, for the start of children that end with their parent. Linux sends such a child its
/// signal when the thread that started it ends.
/// </summary>
internal static class LastingThread
{
    private static readonly BlockingCollection<Action> Work = [];

    static LastingThread() => new Thread(Serve) { IsBackground = true, Name = nameof(LastingThread) }.Start();

    /// <summary>Runs a function there and waits for its result.</summary>
    public static T Run<T>(Func<T> function)
    {
        var result = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        Work.Add(() =>
        {
            try
            {
                result.SetResult(function());
            }
#pragma warning disable CA1031 // the caller gets it
            catch (Exception exception)
#pragma warning restore CA1031
            {
                result.SetException(exception);
            }
        });
        return result.Task.GetAwaiter().GetResult();
    }

    private static void Serve()
    {
        foreach (var action in Work.GetConsumingEnumerable())
        {
            action();
        }
    }
}
