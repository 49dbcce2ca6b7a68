using static ZProc.Core.Tests.TestValues;

namespace ZProc.Core.Tests;

/// <summary>Threads that run parts of a test; a part that fails makes <see cref="Join"/> fail.</summary>
internal sealed class TestThreads
{
    private readonly List<Exception> _failures = [];
    private readonly List<Thread> _threads = [];

    /// <summary>Runs a part on each of a number of threads and waits for them.</summary>
    /// <param name="count">How many threads.</param>
    /// <param name="part">The part; its argument is the thread's number.</param>
    /// <param name="bound">How long a thread may take; <see cref="Soon"/> without it.</param>
    public static void RunTogether(int count, Action<int> part, TimeSpan? bound = null)
    {
        var threads = new TestThreads();
        for (var i = 0; i < count; i++)
        {
            var number = i;
            threads.Start(() => part(number));
        }

        threads.Join(bound);
    }

    /// <summary>Starts a thread for each part.</summary>
    /// <returns>These threads.</returns>
    public static TestThreads Run(params Action[] parts)
    {
        var threads = new TestThreads();
        Array.ForEach(parts, threads.Start);
        return threads;
    }

    /// <summary>Waits for all threads, and fails if a part of them failed.</summary>
    /// <param name="bound">How long a thread may take; <see cref="Soon"/> without it.</param>
    public void Join(TimeSpan? bound = null)
    {
        _threads.ForEach(thread => Assert.True(thread.Join(bound ?? Soon)));
        lock (_failures)
        {
            Assert.Empty(_failures);
        }
    }

    private void Start(Action part)
    {
        var thread = new Thread(() =>
        {
            try
            {
                part();
            }
#pragma warning disable CA1031 // Join fails with it
            catch (Exception exception)
#pragma warning restore CA1031
            {
                lock (_failures)
                {
                    _failures.Add(exception);
                }
            }
        }) { IsBackground = true };
        _threads.Add(thread);
        thread.Start();
    }
}
