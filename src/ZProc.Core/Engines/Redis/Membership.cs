using StackExchange.Redis;
using ZProc.Core.Client;
using ZProc.Core.State;

namespace ZProc.Core.Engines.Redis;

/// <summary>A client's place among the members of a context, and what all members share: the id of the state and its limits.</summary>
internal sealed class Membership
{
    private readonly RedisAddress _address;
    private readonly RedisLink _link;
    private readonly RedisKeys _keys;
    private readonly EngineSequence _sequence;

    public Membership(RedisAddress address, RedisLink link, RedisKeys keys, EngineSequence sequence)
    {
        _address = address;
        _link = link;
        _keys = keys;
        _sequence = sequence;
    }

    /// <summary>The id of the state; empty before the first join.</summary>
    public Guid Incarnation { get; private set; }

    /// <summary>The limits of the state.</summary>
    public StoreOptions Limits { get; private set; } = new();

    /// <summary>Joins the context, which is made when the engine has none of the name.</summary>
    /// <param name="place">Where the engine has to go on with this client's requests; empty to go on where it stands.</param>
    /// <returns>
    /// Whether the engine had this client as a member, the last request that it has carried out for the client, and whether it knew that:
    /// it keeps the outcomes of a client that is gone for some minutes only.
    /// </returns>
    /// <exception cref="FaultException">CannotConnect: another version of ZProc made the context. ConnectionLost: the state is another one.</exception>
    public async Task<(bool WasMember, long Last, bool IsKnown)> JoinAsync(RedisValue place)
    {
        var limits = _address.Limits;
        _sequence.BeginQuestion();
        var reply = new RedisReply(await _link.RunAsync(
            RedisScript.Join,
            _keys.State,
            [
                _keys.Client, RedisKeys.Text(Guid.NewGuid()), limits.MaximumUpdates, limits.MaximumUpdateBytes, limits.MinimumUpdates, limits.MaximumValueBytes, place,
                Incarnation == Guid.Empty ? RedisValue.EmptyString : RedisKeys.Text(Incarnation),
            ]).ConfigureAwait(false));
        if (reply.Status == "FORMAT")
        {
            throw new FaultException(
                Fault.CannotConnect,
                $"The context '{_address.Context}' at {_address.Endpoint} was made by another version of ZProc (format {reply.Text(1)}). Use that version, or another name.",
                _address.Endpoint);
        }

        if (reply.Status == "OTHER")
        {
            throw new FaultException(
                Fault.ConnectionLost, $"The engine at {_address.Endpoint} has lost the context '{_address.Context}' and may have a new state of the name. Connect again and read the new state.", _address.Endpoint);
        }

        Incarnation = Guid.Parse(reply.Text(1));
        Limits = new StoreOptions
        {
            MaximumUpdates = (int)reply.Number(2),
            MaximumUpdateBytes = reply.Number(3),
            MinimumUpdates = (int)reply.Number(4),
            MaximumValueBytes = (int)reply.Number(5),
        };
        _sequence.EndQuestion(reply.Number(6));
        return (reply.Text(7) == "1", reply.Number(8), reply.Text(9) == "1");
    }
}
