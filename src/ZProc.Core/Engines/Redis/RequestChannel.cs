using StackExchange.Redis;
using ZProc.Core.Diagnostics;

namespace ZProc.Core.Engines.Redis;

/// <summary>
/// Sends a client's requests so that the engine carries them out in order, each once, whatever becomes of the connections. Requests
/// carry numbers. The engine keeps outcomes until the client has them, so a request that is sent again gets the outcome it had.
/// Thread-safe.
/// </summary>
/// <remarks>
/// A request that fails suspends the channel. When no request is on its way any more, <see cref="Settled"/> is called, and the owner
/// asks the engine where it stands and resumes.
/// </remarks>
internal sealed class RequestChannel
{
    private readonly object _gate = new();
    private readonly NumberedRequests _pending = new(); // without an outcome
    private readonly RedisLink _link;
    private readonly string _client;
    private readonly bool _identifies;
    private int _underway;
    private bool _isSuspended = true; // until the client is a member
    private bool _isLost; // whether something was lost since the engine was asked where it stands
    private long _askedAt; // the number of the newest request when the engine was asked
    private FaultException? _ended;

    /// <param name="link">The connections.</param>
    /// <param name="client">The client's id, as the scripts have it.</param>
    /// <param name="identifies">Whether requests are to tell on which connection they were sent.</param>
    public RequestChannel(RedisLink link, string client, bool identifies)
    {
        _identifies = identifies;
        _link = link;
        _client = client;
    }

    /// <summary>Called when the channel is suspended and no request is on its way. It must only signal.</summary>
    public Action? Settled { get; set; }

    /// <summary>Whether the owner has to ask the engine where it stands.</summary>
    public bool NeedsResume
    {
        get
        {
            lock (_gate)
            {
                return _isSuspended && _underway == 0;
            }
        }
    }

    /// <summary>Whether a request waits for its outcome.</summary>
    public bool HasPending
    {
        get
        {
            lock (_gate)
            {
                return _pending.AnyWaits;
            }
        }
    }

    /// <summary>Sends a request after all earlier ones.</summary>
    /// <param name="script">A script that begins with the numbered part.</param>
    /// <param name="keys">The script's keys.</param>
    /// <param name="arguments">The script's arguments; the first three are filled in here.</param>
    /// <exception cref="FaultException">ContextStopped, ConnectionLost: the channel has ended.</exception>
    public NumberedRequest Send(string script, RedisKey[] keys, RedisValue[] arguments) => Send(number => new NumberedRequest(number, script, keys, arguments));

    /// <summary>Sends a commit after all earlier requests.</summary>
    /// <param name="script">A script that begins with the numbered part.</param>
    /// <param name="keys">The script's keys.</param>
    /// <param name="arguments">The script's arguments; the first three are filled in here.</param>
    /// <exception cref="FaultException">ContextStopped, ConnectionLost: the channel has ended.</exception>
    public NumberedRequest Send(string script, RedisKey[] keys, CommitArguments arguments) =>
        Send(number => NumberedRequest.Commit(number, script, keys, arguments));

    /// <summary>
    /// Withdraws a request. It is not sent any more. Its number is: a request that does nothing has it, and learns what became of one that was
    /// sent before.
    /// </summary>
    /// <param name="request">The request.</param>
    /// <param name="reason">Its error where the engine has not carried it out.</param>
    /// <returns>Whether the engine cannot have carried it out; the request has failed then. Else its outcome tells, when it comes.</returns>
    public bool TryWithdraw(NumberedRequest request, FaultException reason)
    {
        lock (_gate)
        {
            if (request.Reply.IsCompleted)
            {
                return false;
            }

            request.Withdraw(reason);
            if (request.IsUnderway || request.MayBeMade)
            {
                return false;
            }

            request.Fail(reason);
            return true;
        }
    }

    /// <summary>
    /// Fails every request that the engine cannot have carried out: it took no writes when it was asked where it stands. It may take the requests
    /// that have come since <see cref="BeginResume"/>.
    /// </summary>
    /// <param name="reason">Why the engine takes none.</param>
    /// <returns>Whether a request is left whose outcome is not known.</returns>
    public bool Refuse(FaultException reason)
    {
        lock (_gate)
        {
            return _pending.Refuse(_askedAt, reason);
        }
    }

    /// <summary>Sends nothing more until <see cref="TryResume"/>.</summary>
    public void Suspend()
    {
        bool isSettled;
        lock (_gate)
        {
            _isSuspended = _isLost = true;
            isSettled = _underway == 0;
        }

        if (isSettled)
        {
            Settled?.Invoke();
        }
    }

    /// <summary>Notes that the engine is about to be asked where it stands.</summary>
    public void BeginResume()
    {
        lock (_gate)
        {
            _isLost = false;
            _askedAt = _pending.Newest;
        }
    }

    /// <summary>
    /// Resumes when the engine's place fits: sends every request again that has no outcome. What they were worked out from may be lost. After a
    /// loss since <see cref="BeginResume"/> the place may be that of another engine: the channel stays suspended, and the engine has to be
    /// asked anew.
    /// </summary>
    /// <param name="last">The last request that the engine has carried out.</param>
    /// <param name="isKnown">Whether the engine knows that. If not, requests fail that it may have carried out.</param>
    /// <param name="lost">Whether the engine has lost outcomes that this client had.</param>
    /// <returns>Null when the channel has resumed, or stays suspended; else the place at which the engine has to go on.</returns>
    public long? TryResume(long last, bool isKnown, out bool lost)
    {
        lock (_gate)
        {
            if (_isLost)
            {
                lost = false;
                return null;
            }

            if (!isKnown)
            {
                _pending.Forget();
            }

            if (_pending.Place(last, out lost) is { } place)
            {
                return place;
            }

            _isSuspended = false;
            foreach (var request in _pending.All())
            {
                if (_isSuspended)
                {
                    break; // the connection has refused a request at once
                }

                if (request.Number > last)
                {
                    request.Doubt();
                    Issue(request);
                }
                else
                {
                    Issue(request, isMade: true);
                }
            }

            return null;
        }
    }

    /// <summary>Refuses everything from now on, and fails what has no outcome.</summary>
    /// <param name="reason">The error.</param>
    /// <param name="unsure">The error of the commits that the engine may have made; null for the reason.</param>
    public void End(FaultException reason, FaultException? unsure = null)
    {
        lock (_gate)
        {
            _ended ??= reason;
            _isSuspended = true;
            _pending.End(reason, unsure);
        }
    }

    private NumberedRequest Send(Func<long, NumberedRequest> create)
    {
        lock (_gate)
        {
            if (_ended is not null)
            {
                throw _ended;
            }

            var request = _pending.Add(create);
            if (!_isSuspended)
            {
                Issue(request);
            }

            return request;
        }
    }

    /// <summary>Hands a request to the connection. The caller holds the gate.</summary>
    /// <param name="request">The request.</param>
    /// <param name="isMade">Whether only its outcome is wanted: a large request would take too long to be answered again and again.</param>
    private void Issue(NumberedRequest request, bool isMade = false)
    {
        _underway++;
        request.IsUnderway = true;
        request.Arguments[0] = _client;
        request.Arguments[1] = request.Number;
        request.Arguments[2] = _pending.Resolved;
        if (_identifies)
        {
            request.Connection = _link.IdentifyAsync();
        }

        var sending = isMade
            ? _link.RunAsync(RedisScript.Outcome, request.Keys, request.Arguments[..3])
            : _link.RunAsync(request.Script, request.Keys, request.Arguments);
        sending.ContinueWith(
            static (answer, state) =>
            {
                var (channel, request) = ((RequestChannel, NumberedRequest))state!;
                channel.OnAnswer(request, answer);
            },
            (this, request),
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
    }

    private void OnAnswer(NumberedRequest request, Task<RedisResult> answer)
    {
        bool isSettled;
        FaultException? refused = null;
        RedisReply? reply = null;
        lock (_gate)
        {
            _underway--;
            request.IsUnderway = false;
            try
            {
                reply = Understand(answer);
            }
            catch (FaultException fault)
            {
                refused = fault;
            }

            if (reply is null)
            {
                _isSuspended = true;
                request.MayBeMade |= answer.Exception is { InnerException: { } exception } && !RedisFaults.IsUnmade(exception);
            }

            if (reply is not null || refused is not null)
            {
                _pending.Remove(request, isRefused: refused is not null);
            }

            isSettled = _isSuspended && _underway == 0;
        }

        if (reply is { Status: "NOTHING" })
        {
            request.Fail(request.Withdrawn!);
        }
        else if (reply is { } outcome)
        {
            request.Complete(outcome);
        }
        else if (refused is not null)
        {
            request.Fail(refused);
        }

        if (isSettled)
        {
            Settled?.Invoke();
        }
    }

    /// <returns>The outcome; null when the request has to be sent again.</returns>
    /// <exception cref="FaultException">The engine refused the request.</exception>
    private static RedisReply? Understand(Task<RedisResult> answer)
    {
        try
        {
            var reply = new RedisReply(answer.GetAwaiter().GetResult());
            return reply.Status is "GONE" or "EARLY" ? null : reply;
        }
#pragma warning disable CA1031 // every failure becomes the request's own, or a reason to send the request again
        catch (Exception exception)
#pragma warning restore CA1031
        {
            ZProcEventSource.Log.FaultCaught(nameof(RequestChannel), exception);
            return RedisFaults.IsPassing(exception) ? null : throw RedisFaults.Describe(exception);
        }
    }
}
