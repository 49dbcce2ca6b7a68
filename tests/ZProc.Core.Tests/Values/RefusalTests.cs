using System.Collections;
using System.Collections.Specialized;
using System.Security;
using System.Text.RegularExpressions;
using Xunit;
using ZProc.Core.Values;

namespace ZProc.Core.Tests.Values;

public sealed class RefusalTests
{
    [Fact]
    public void A_refusal_names_the_path_of_the_value_that_cannot_travel()
    {
        using var secret = new SecureString();
        AssertPath("$", secret);
        AssertPath("$[1]", new object[] { 1, secret });
        AssertPath("$.servers[3].credential", new Hashtable { ["servers"] = new object[] { 1, 2, 3, new Hashtable { ["credential"] = secret } } });
        AssertPath("$['my key']", new OrderedDictionary { ["a"] = 1, ["my key"] = secret });
        AssertPath("$['it''s']['']", new Hashtable { ["it's"] = new Hashtable { [""] = secret } });
        AssertPath("$[5].x", new Hashtable { [5] = new PropertyBag([], [new("x", secret)]) });
        AssertPath("$[0][1]", new List<object> { new ArrayList { null, secret } });
        AssertPath("$[2]", new object?[] { new object[] { 1 }, new Hashtable { ["a"] = 1 }, secret });
        AssertPath("$[1][System.Object]", new[] { (object)1, new Hashtable { [new object()] = 1 } });
    }

    [Fact]
    public void Types_without_a_handler_are_refused()
    {
        AssertPath("$", new object());
        AssertPath("$", new HashSet<int>());
        AssertPath("$", (nint)1);
        AssertPath("$", new int[2, 2]);
        AssertPath("$", Array.CreateInstance(typeof(int), [1], [1]));
        AssertPath("$", new DerivedTable());
        AssertPath("$[0]", new[] { new DerivedTable { [1] = 1 } });
        Assert.Contains("key of type", Refusal(new Hashtable { [new object[] { 1 }] = 1 }).Message, StringComparison.Ordinal);
        Assert.Contains("key of type", Refusal(new Hashtable { [new Regex("x")] = 1 }).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_value_that_contains_itself_is_refused()
    {
        var list = new ArrayList { 1 };
        var table = new Hashtable { ["list"] = list };
        list.Add(table);
        var refusal = Refusal(table);
        Assert.Equal("$.list[1]", refusal.Target);
        Assert.Contains("contains itself", refusal.Message, StringComparison.Ordinal);

        var array = new object[1];
        array[0] = array;
        AssertPath("$[0]", array);
    }

    [Fact]
    public void The_same_object_twice_is_no_cycle()
    {
        var shared = new ArrayList { 1 };
        var decoded = (object[])ValueCodec.Decode(ValueCodec.Encode(new object[] { shared, shared }))!;
        Assert.Equal(decoded[0], decoded[1]);
    }

    [Fact]
    public void Nesting_goes_exactly_as_deep_as_can_be_read()
    {
        var deepest = Nested(ValueLimits.MaxDepth);
        Assert.True(SameValue.Of(deepest, ValueCodec.Decode(ValueCodec.Encode(deepest))));
        Assert.Contains("deeper than 100", Refusal(Nested(ValueLimits.MaxDepth + 1)).Message, StringComparison.Ordinal);
        Assert.Contains("deeper than 100", Refusal(Nested(5_000)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Size_is_limited_while_writing()
    {
        var limits = new ValueLimits { MaxBytes = 1_000 };
        Assert.Equal(1_000, ValueCodec.Encode(new byte[996], limits: limits).Length);
        foreach (var value in new object[]
        {
            new byte[997], new byte[100_000_000], new string('x', 1_000), new string('é', 50_000_000), new string('\ud800', 500),
            new object[1_000], Enumerable.Repeat("0123456789", 100).ToArray(), new Hashtable { ["a"] = new byte[500], ["b"] = new byte[500] },
            new List<Guid>(new Guid[63]), System.Numerics.BigInteger.Pow(2, 8_000),
        })
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            Assert.Equal(Fault.ValueTooLarge, Assert.Throws<FaultException>(() => ValueCodec.Encode(value, limits: limits)).Fault);

            // A few KiB; up to 100 were seen on a busy machine. The largest of these values would take 100 MB.
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1024 * 1024);
        }

        Assert.Equal(Fault.ValueTooLarge, Assert.Throws<FaultException>(() => ValueCodec.Encode(new byte[ValueLimits.Default.MaxBytes])).Fault);
    }

    [Fact]
    public void A_refusal_leaves_nothing_behind()
    {
        for (var i = 0; i < 3; i++)
        {
            AssertPath("$[0].x", new object[] { new Hashtable { ["x"] = new object() } });
            Assert.Equal(new object[] { 1 }, ValueCodec.Decode(ValueCodec.Encode(new object[] { 1 })));
        }
    }

    [Fact]
    public void A_value_that_changes_while_it_is_read_is_refused()
    {
        var table = new Hashtable();
        table["me"] = new Foreign(() => table["more"] = 1);
        Assert.Contains("changed", Refusal(table, new ForeignAction()).Message, StringComparison.Ordinal);

        var list = new ArrayList();
        list.Add(new Foreign(list.Clear));
        list.Add(2);
        Assert.Contains("changed", Refusal(list, new ForeignAction()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Foreign_objects_are_replaced_wherever_they_are_and_may_encode_values_themselves()
    {
        object? inner = null;
        var value = new object[] { new Foreign(() => inner = ValueCodec.Decode(ValueCodec.Encode(new object[] { "inner" }))), 7 };
        Assert.Equal(new object?[] { "was foreign", 7 }, ValueCodec.Decode(ValueCodec.Encode(value, new ForeignAction())));
        Assert.Equal(new object[] { "inner" }, inner);
    }

    [Fact]
    public void A_foreign_refusal_is_completed()
    {
        var refusal = Refusal(new Hashtable { ["a"] = new object() }, new ForeignAction());
        Assert.Equal("$.a.Password", refusal.Target);
        Assert.Equal("The value at $.a.Password is a secret.", refusal.Message);
    }

    private static object Nested(int depth)
    {
        object value = Array.Empty<object>();
        for (var i = 1; i < depth; i++)
        {
            value = (i % 3) switch { 0 => new[] { value }, 1 => new Hashtable { ["x"] = value }, _ => new List<object> { value } };
        }

        return value;
    }

    private static void AssertPath(string path, object value) => Assert.Equal(path, Refusal(value).Target);

    private static FaultException Refusal(object value, IForeignValues? foreign = null)
    {
        var refusal = Assert.Throws<FaultException>(() => ValueCodec.Encode(value, foreign));
        Assert.Equal(Fault.ValueNotSupported, refusal.Fault);
        return refusal;
    }

    private sealed class DerivedTable : Hashtable;

    private sealed record Foreign(Action Seen);

    private sealed class ForeignAction : IForeignValues
    {
        public object? ToKnown(object value)
        {
            if (value is not Foreign foreign)
            {
                throw new FaultException(Fault.ValueNotSupported, "is a secret", ".Password");
            }

            foreign.Seen();
            return "was foreign";
        }

        public object? FromKnown(object standIn) => standIn;
    }
}
